"""Requests to one API server: connections, TLS, proxies, limits, faults. Judges no response."""
