"""Frames, as docs/wire-protocol.md describes them."""

import struct

from ._errors import ProtocolError, WrongRequest


MESSAGE_MAX = 64 << 20
"""The largest message, in bytes."""

_VERSION = 1
_HEADER = struct.Struct(">IBBI")
_LENGTH = struct.Struct(">I")
FRAME_MAX = MESSAGE_MAX + (1 << 20)
RESPONSE_FAILED = 2


class Writer:
    def __init__(self):
        self.parts = []

    def number(self, code, value):
        self.parts.append(struct.pack(">" + code, value))
        return self

    def int8(self, value):
        return self.number("b", value)

    def int32(self, value):
        return self.number("i", value)

    def int64(self, value):
        return self.number("q", value)

    def bytes(self, value):
        if isinstance(value, str):
            raise WrongRequest(f"bytes are sent, not text; write {value[:20]!r}.encode()")
        self.int32(len(value)).parts.append(bytes(value))
        return self

    def string(self, value):
        if not isinstance(value, str):
            raise WrongRequest(f"one text is expected here, an id or a name, not {value!r}")
        return self.bytes(value.encode())

    def optional(self, value):
        self.int8(value is not None)
        return self if value is None else self.string(value)

    def strings(self, values):
        self.int32(len(values))
        for value in values:
            self.string(value)
        return self


class Reader:
    def __init__(self, body):
        self.body = body
        self.at = 0

    def take(self, size):
        if size < 0 or size > len(self.body) - self.at:
            raise ProtocolError("the agent's answer is damaged: it ends too early")
        start = self.at
        self.at += size
        return self.body[start:self.at]

    def number(self, code, size):
        return struct.unpack(">" + code, self.take(size))[0]

    def int8(self):
        return self.number("b", 1)

    def bool(self):
        return self.int8() != 0

    def int32(self):
        return self.number("i", 4)

    def int64(self):
        return self.number("q", 8)

    def bytes(self):
        return bytes(self.take(self.int32()))

    def string(self):
        return self.bytes().decode()

    def optional(self):
        return self.string() if self.bool() else None

    def list(self, element):
        return [element() for _ in range(self.int32())]

    def strings(self):
        return self.list(self.string)


def frame(kind, number, body):
    return _HEADER.pack(len(body) + 6, _VERSION, kind, number) + body


def length(start):
    """How many bytes follow the length of a frame that begins so."""
    length = _LENGTH.unpack(start)[0]
    if not 6 <= length <= FRAME_MAX:
        raise ProtocolError("the agent does not speak this protocol")
    return length


def parse(content):
    """The type, number and body of what follows a frame's length."""
    if content[0] != _VERSION:
        raise ProtocolError(
            f"the agent speaks version {content[0]} of the protocol, this client {_VERSION}")
    return content[1], struct.unpack(">I", content[2:6])[0], content[6:]
