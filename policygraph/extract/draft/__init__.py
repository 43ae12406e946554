"""A reading in, the draft record out: entries, ids, values and places in the form of records."""
