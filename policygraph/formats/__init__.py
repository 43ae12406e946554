"""Bytes in, rows and quads out, and back: one module for each format or library."""
