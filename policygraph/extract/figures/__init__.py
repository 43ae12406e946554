"""The numbers of a text: the statements they stand in, their times, changes and tables."""
