"""The lines of a text in, its outline out: numbering, blocks, headings and the tree they make."""
