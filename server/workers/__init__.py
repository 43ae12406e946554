"""Processes that do what a client asks, and what the front says to them."""
