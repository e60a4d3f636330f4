"""Processes and mailboxes of a Nefele fabric, from Python, with the standard library alone.

    import nefele

    with nefele.connect() as fabric:
        ids = fabric.spawn(["sleep", "60"], count=3, name="sleeper")
        for row in fabric.ps().rows:
            print(row.id, row.state, row.command)
        fabric.kill(ids)

    with nefele.connect() as fabric, fabric.mailbox("greeter") as mailbox:
        for message in mailbox:
            fabric.send(message.from_, b"hello, " + message.payload)

The same calls exist for asyncio::

    async with nefele.connect_async() as fabric:
        reply = await fabric.call("greeter", b"world")

A connection leads to the agent of this server. Any number of threads, or tasks, may use it at a time.
All times are seconds; None means for ever. What fails raises a NefeleError. An agent that restarts is
waited for, and what can be repeated without harm is asked again.
"""

from ._agents import candidates, dial_first
from ._aio import AsyncNefele
from ._blocking import Nefele
from ._errors import (
    AgentGone, Failed, NefeleError, Partial, ProtocolError, Refused, Unreachable, WrongRequest)
from ._rows import Mailbox, Message, Process, Processes, Receipt, Reply, Spec
from ._wire import MESSAGE_MAX

__all__ = [
    "MESSAGE_MAX", "AgentGone", "AsyncNefele", "Failed", "Mailbox", "Message", "Nefele", "NefeleError",
    "Partial", "Process", "Processes", "ProtocolError", "Receipt", "Refused", "Reply", "Spec",
    "Unreachable", "WrongRequest", "connect", "connect_async",
]


def connect(path=None):
    """Connects to the agent that listens at path; None: to the agent of this process or user."""
    return Nefele(*dial_first([path] if path else candidates()))


def connect_async(path=None):
    """As connect(), for async with."""
    return AsyncNefele([path] if path else candidates())
