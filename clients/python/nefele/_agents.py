"""Where agents listen, and how long one that is away is waited for."""

import os
import pathlib
import socket
import time

from ._errors import Partial, Unreachable

_SERVICE = "/run/nefele/agent.sock"
"""Of the agent that is a service of this server."""


def candidates():
    named = os.environ.get("NEFELE_SOCKET")
    if named:
        return [named]
    parent = os.environ.get("XDG_RUNTIME_DIR") or "/tmp"
    home = pathlib.Path(os.environ.get("NEFELE_HOME") or f"{parent}/nefele-{os.getuid()}")
    numbers = sorted(
        int(path.name) for path in home.glob("agents/*") if path.name.isdigit())
    service = [] if os.environ.get("NEFELE_HOME") else [_SERVICE]
    local = [str(home / f"agents/{n}/agent.sock") for n in numbers]
    return [str(home / "agent.sock")] + local + service


def dial(path):
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        link.connect(str(path))
        return link
    except OSError:
        link.close()
        raise


def dial_first(paths):
    failure = None
    for path in paths:
        try:
            return path, dial(path)
        except OSError as e:
            failure = failure or e
    raise Unreachable(f"no agent at {paths[0]}: {failure.strerror or failure}; start one with 'nefele up 1'")


_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 0.5
PATIENCE = 30.0
GRACE = 5.0


def pauses():
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, _LONGEST_PAUSE)


class Deadline:
    def __init__(self, timeout):
        self.end = None if timeout is None else time.monotonic() + timeout

    def left(self):
        return None if self.end is None else self.end - time.monotonic()

    def grace(self):
        return None if self.end is None else max(0.0, self.left() + GRACE)

    def passed(self, pause=0.0):
        return self.end is not None and time.monotonic() + pause > self.end + GRACE


def away(path):
    return Unreachable(f"the agent at {path} went away and has not come back")


def silent(path):
    return Partial(f"the agent at {path} does not answer")


GONE = "the agent went away; it may have done this or not"
