"""Cells of a table in, the things of the graph that they mean out: the Reconciliation API, 0.2 and the 1.0 draft.

`/reconcile` speaks 0.2, which OpenRefine speaks; `/reconcile/1.0` the draft of 1.0. Both ask the same service.
"""
