"""REST: the questions of the graph, search, vocabulary and exports, described by OpenAPI."""
