"""Lets `python -m policygraph` do what the `policygraph` command does."""

from policygraph.cli import main

# processes of a pool import this module too
if __name__ == "__main__":
    main()
