"""The SPARQL protocols: query, update and Graph Store, over HTTP."""
