"""Bounded reading of text: files, YAML, JSON, places. Uses domain and errors."""
