"""Answers that must be whole.

``http.client`` takes the end of the connection for the end of the headers, so that an answer that
was cut in the middle of them reads as one with an empty body; and a length that is no number is
none for it, so that the body ends wherever the connection does.
"""

import http.client
import socket
from typing import Any


class StrictResponse(http.client.HTTPResponse):
    """Raises ``http.client.RemoteDisconnected`` if a line of it is cut."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp: Any = _WholeLines(self.fp)

    def begin(self) -> None:
        """Read the head. Raises ``http.client.HTTPException`` for lengths that are none."""
        super().begin()
        lengths = {each.strip() for each in self.headers.get_all("content-length", ())}
        if len(lengths) > 1 or not all(each.isascii() and each.isdigit() for each in lengths):
            raise http.client.HTTPException("its length is no number")


class _WholeLines:
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def readline(self, limit: int = -1) -> bytes:
        line: bytes = self._stream.readline(limit)
        if not line.endswith(b"\n") and len(line) != limit:
            raise http.client.RemoteDisconnected("the connection was cut")
        return line
