"""What the service reads of the graph for itself: labels, hierarchies, quotations, citations."""
