"""Connections of clients in, whole requests to a handler and its answers back out: HTTP/1.1 (RFC 9112)."""
