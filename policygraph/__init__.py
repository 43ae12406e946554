"""policygraph: a knowledge graph of policy structure.

Policy documents become RDF: which plan holds which task groups, tasks and targets, who is responsible, what each
district is to become, and where in the text all that stands.

    >>> import policygraph
    >>> policygraph.__version__
    '0.1.0'
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
