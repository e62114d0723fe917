"""Compact etcd, so that the API server loses old revisions.

etcd speaks gRPC only, which no package of ours does: two requests are little enough to write down
in bytes.
"""

import socket
import struct
from urllib.parse import urlsplit

DATA, HEADERS, RESET, SETTINGS, GOAWAY = 0, 1, 3, 4, 7
END_STREAM, END_HEADERS, ACKNOWLEDGED = 1, 4, 1


def compact(url: str, revision: int) -> None:
    """Forget all revisions before that one, and tell the API server as its own compaction does."""
    # Lists of the past come out of its cache, which looks at this key every second.
    key, value = b"compact_rev_key", str(revision).encode()
    _call(url, "Put", _field(1, key) + _field(2, value))
    _call(url, "Compact", b"\x08" + _varint(revision) + b"\x10\x01")


def _call(url: str, method: str, message: bytes) -> None:
    host = urlsplit(url)
    headers = {
        ":method": "POST",
        ":scheme": "http",
        ":path": f"/etcdserverpb.KV/{method}",
        ":authority": host.netloc,
        "content-type": "application/grpc",
        "te": "trailers",
    }
    block = b"".join(b"\0" + _text(name) + _text(value) for name, value in headers.items())
    with socket.create_connection((host.hostname, host.port or 80), timeout=10) as connection:
        connection.sendall(
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
            + _frame(SETTINGS, 0, 0, b"")
            + _frame(HEADERS, END_HEADERS, 1, block)
            + _frame(DATA, END_STREAM, 1, b"\0" + struct.pack(">I", len(message)) + message)
        )
        if not _is_answered(connection):
            raise RuntimeError(f"etcd refused to {method}")


def _is_answered(connection: socket.socket) -> bool:
    """Whether there is a message in the answer; of a call that failed there are trailers only."""
    answered = False
    with connection.makefile("rb") as stream:
        while head := stream.read(9):
            length, kind, flags = int.from_bytes(head[:3]), head[3], head[4]
            stream.read(length)
            if kind == SETTINGS and not flags & ACKNOWLEDGED:
                connection.sendall(_frame(SETTINGS, ACKNOWLEDGED, 0, b""))
            answered = answered or (kind == DATA and length > 0)
            if kind in (RESET, GOAWAY) or (kind == HEADERS and flags & END_STREAM):
                break
    return answered


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3) + bytes((kind, flags)) + struct.pack(">I", stream) + payload


def _text(text: str) -> bytes:
    return bytes((len(text),)) + text.encode()


def _field(number: int, content: bytes) -> bytes:
    return bytes((number << 3 | 2,)) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    more = []
    while number > 0x7F:
        more.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*more, number))
