"""The text of a query in, what it is and what is wrong with it out; no Flask and no store here."""
