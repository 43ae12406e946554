"""Connections of clients in, whole requests out to whoever answers them, and the answers back: HTTP/1.1 (RFC 9112)."""
