"""Lets `python -m policygraph` do what the `policygraph` command does."""

from policygraph.cli import main

main()
