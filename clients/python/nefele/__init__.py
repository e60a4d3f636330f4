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

import asyncio
import contextlib
import os
import pathlib
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import Optional

MESSAGE_MAX = 64 << 20
"""The largest message, in bytes."""

__all__ = [
    "MESSAGE_MAX", "AgentGone", "AsyncNefele", "Failed", "Mailbox", "Message", "Nefele", "NefeleError",
    "Partial", "Process", "Processes", "ProtocolError", "Receipt", "Refused", "Reply", "Spec",
    "Unreachable", "WrongRequest", "connect", "connect_async",
]


class NefeleError(Exception):
    """What a call failed of, in words for people."""


class Failed(NefeleError):
    """The agent tried and failed."""


class WrongRequest(NefeleError):
    """What was asked for makes no sense."""


class Unreachable(NefeleError):
    """No agent listens there, or it went away and did not come back in time."""


class Refused(NefeleError):
    """No room, over a quota, or not allowed."""


class Partial(NefeleError):
    """Not in time, or only in part."""


class AgentGone(NefeleError):
    """The agent went away while it carried this out: it may have been done or not."""


class ProtocolError(NefeleError):
    """The agent speaks another version of the protocol."""


_KINDS = {1: Failed, 2: WrongRequest, 3: Unreachable, 4: Refused, 5: Partial}


@dataclass(frozen=True)
class Spec:
    """Processes to start that are the same as each other."""

    command: list
    count: int = 1
    name: Optional[str] = None
    cpu_millis: int = 0
    """Thousandths of a core for each; 0: the tenant's default."""
    memory_bytes: int = 0
    """For each; 0: the tenant's default."""
    resources: list = field(default_factory=list)
    """"NAME=AMOUNT"."""
    constraints: list = field(default_factory=list)
    """As "spread server" or "affinity web@group"."""
    labels: list = field(default_factory=list)
    """"KEY=VALUE"."""
    environment: list = field(default_factory=list)
    """"KEY=VALUE"."""
    directory: Optional[str] = None
    """Absolute; None: the current one."""
    pids: int = 0
    """How many processes and threads each may become; 0: no limit of its own."""
    isolation: str = "none"
    """The least that is good enough: none, userns or full."""
    restart: str = "never"
    """never, on-failure or always; with ":5": so often in a row at most."""
    health: list = field(default_factory=list)
    """A command that is run beside each every 10 s: its exit code 0 says that it is well."""
    reschedule_millis: int = 0
    """After how long a loss of its agent each is started elsewhere; 0: never."""


@dataclass(frozen=True)
class Process:
    """What is known of a process. Times are milliseconds since 1970."""

    id: str
    name: Optional[str]
    tenant: str
    command: list
    state: str
    exit_code: Optional[int]
    started_at_millis: int
    state_since_millis: int
    age_millis: int
    """How old this news is."""
    cpu_millis: int
    memory_bytes: int
    group: str
    used_cpu_micros: int
    used_cpu_millis: int
    used_memory_bytes: int
    used_disk_bytes: int
    out_of_memory: bool
    restarts: int
    isolation: str
    health: str
    """starting, healthy or unhealthy; empty: it is not checked."""


@dataclass(frozen=True)
class Processes:
    """Rows, and the subtrees that did not answer in time."""

    rows: list
    missing: list


@dataclass(frozen=True)
class Message:
    """A message that was taken out of a mailbox. To reply, send to its from_."""

    from_: Optional[str]
    to: str
    topic: str
    payload: bytes
    sent_at_millis: int


@dataclass(frozen=True)
class Receipt:
    """What became of a message in one mailbox: stored, unless failure says why not."""

    id: str
    distance: str
    rtt_micros: int
    took_micros: int
    failure: str


@dataclass(frozen=True)
class Reply:
    """The reply to a call."""

    from_: str
    payload: bytes
    distance: str
    rtt_micros: int
    took_micros: int
    failovers: list
    """Whom the call went to before, and why it went on."""


@dataclass(frozen=True)
class Mailbox:
    """A mailbox of a name, and how far it is."""

    id: str
    distance: str
    rtt_micros: int


# ---- Frames, as docs/wire-protocol.md describes them ----

_VERSION = 1
_HEADER = struct.Struct(">IBBI")
_LENGTH = struct.Struct(">I")
_FRAME_MAX = MESSAGE_MAX + (1 << 20)
_RESPONSE_FAILED = 2


class _Writer:
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
        self.int32(len(value)).parts.append(bytes(value))
        return self

    def string(self, value):
        return self.bytes(value.encode())

    def optional(self, value):
        self.int8(value is not None)
        return self if value is None else self.string(value)

    def strings(self, values):
        self.int32(len(values))
        for value in values:
            self.string(value)
        return self


class _Reader:
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


def _frame(kind, number, body):
    return _HEADER.pack(len(body) + 6, _VERSION, kind, number) + body


def _length(start):
    """How many bytes follow the length of a frame that begins so."""
    length = _LENGTH.unpack(start)[0]
    if not 6 <= length <= _FRAME_MAX:
        raise ProtocolError("the agent does not speak this protocol")
    return length


def _parse(content):
    """The type, number and body of what follows a frame's length."""
    if content[0] != _VERSION:
        raise ProtocolError(
            f"the agent speaks version {content[0]} of the protocol, this client {_VERSION}")
    return content[1], struct.unpack(">I", content[2:6])[0], content[6:]


class _Request:
    """A request; its body may end with a time, which is what is left when it is sent (again)."""

    def __init__(
            self, kind, body, answer, decode, timeout=None, timed=False, repeat=True, if_failed=None):
        self.kind = kind
        self.body = b"".join(body.parts)
        self.answer = answer
        self.decode = decode
        self.timeout = timeout
        self.timed = timed
        self.repeat = repeat
        self.if_failed = if_failed
        if len(self.body) + 10 > _FRAME_MAX:
            raise WrongRequest(f"a message has at most {MESSAGE_MAX} bytes (64 MiB)")

    def frame(self, number, left):
        body = self.body
        if self.timed:
            millis = 0x7FFFFFFF if left is None else min(int(left * 1000), 0x7FFFFFFF)
            body += struct.pack(">i", max(millis, 0))
        return _frame(self.kind, number, body)

    def result(self, kind, body):
        reader = _Reader(body)
        if kind == _RESPONSE_FAILED:
            error = _KINDS.get(reader.int8(), Failed)(reader.string())
            if self.if_failed is not None and isinstance(error, Failed):
                return self.if_failed
            raise error
        if kind != self.answer:
            raise ProtocolError(f"the agent answered with type {kind} instead of {self.answer}")
        value = self.decode(reader)
        if reader.at != len(body):
            raise ProtocolError("the agent's answer is damaged: something is left of it")
        return value


# ---- Requests ----

_UNTIMED = 30.0
_GRACE = 5.0


def _nothing(_):
    return None


_RESTARTS = ("never", "on-failure", "always")


def _write_restart(out, policy):
    kind, colon, most = policy.partition(":")
    if kind not in _RESTARTS or colon and (kind == "never" or not most.isdigit() or int(most) < 1):
        raise WrongRequest(
            f"{policy!r} is no restart policy; write never, on-failure, always, or on-failure:5")
    out.int8(_RESTARTS.index(kind)).int32(int(most) if colon else 0)


def _write_spec(out, spec):
    command = [str(word) for word in spec.command]
    if not command:
        raise WrongRequest("the command is empty; name a program")
    (out.int32(spec.count).optional(spec.name).int32(spec.cpu_millis).int64(spec.memory_bytes)
     .strings(spec.resources).strings(spec.constraints).strings(spec.labels).strings(spec.environment)
     .string(os.getcwd() if spec.directory is None else spec.directory).strings(command)
     .int8(0).int32(spec.pids).string(spec.isolation))
    _write_restart(out, spec.restart)
    out.int8(bool(spec.health))
    if spec.health:
        out.strings(spec.health).int32(10_000).int32(5_000).int32(3).int32(0)
    out.int64(spec.reschedule_millis)


def _process(reader):
    return Process(
        reader.string(), reader.optional(), reader.string(), reader.strings(), reader.string(),
        reader.int32() if reader.bool() else None, reader.int64(), reader.int64(), reader.int64(),
        reader.int32(), reader.int64(), reader.string(), reader.int64(), reader.int32(), reader.int64(),
        reader.int64(), reader.bool(), reader.int32(), reader.string(), reader.string())


def _processes(reader):
    return Processes(reader.list(lambda: _process(reader)), reader.strings())


def _message(reader):
    return Message(
        reader.optional(), reader.string(), reader.string(), reader.bytes(), reader.int64())


def _reply(reader):
    return Reply(
        reader.string(), reader.bytes(), reader.string(), reader.int64(), reader.int64(),
        reader.strings())


def _receipts(reader):
    rows = reader.list(lambda: Receipt(
        reader.string(), reader.string(), reader.int64(), reader.int64(), reader.string()))
    missing = reader.strings()
    failed = [f"{row.id} ({row.failure})" for row in rows if row.failure]
    if failed or missing:
        raise Partial("not stored: " + ", ".join(failed + missing))
    return rows


def _subscribed(reader):
    mailbox, missing = reader.string(), reader.strings()
    if missing:
        raise Partial("not confirmed the subscription: " + ", ".join(missing))
    return mailbox


def _published(reader):
    _, stored, waiting, refused, _, _ = (
        reader.int32(), reader.int32(), reader.int32(), reader.int32(), reader.int32(), reader.int64())
    missing = reader.strings()
    if refused or missing:
        raise Partial(f"{refused} subscribers refused it; not answered: {', '.join(missing) or 'none'}")
    return stored + waiting


def _claimed(reader):
    epoch, missing = reader.int64(), reader.strings()
    if missing:
        raise Partial("not answered, and may know of another owner: " + ", ".join(missing))
    return epoch


def _spawn_request(specs, timeout):
    out = _Writer().int32(len(specs))
    for spec in specs:
        _write_spec(out, spec)
    if timeout is None:
        return _Request(3, out.int32(0), 5, lambda r: r.strings(), None, repeat=False)
    return _Request(3, out, 5, lambda r: r.strings(), timeout, timed=True, repeat=False)


def _ended(processes):
    if not processes.rows or processes.rows[0].exit_code is None:
        raise Partial("nobody who answered knows how it ended; missing: " + ", ".join(processes.missing))
    return processes.rows[0].exit_code


class _Calls:
    """What can be asked of an agent; what asks it is left to the blocking and the asyncio form."""

    def _ask(self, request):
        raise NotImplementedError

    def spawn(self, command, count=1, timeout=None, **more):
        """Starts processes that are the same, all or none. Returns their ids.

        more: the other fields of Spec, such as name="web" or memory_bytes=1 << 28.
        """
        return self._ask(_spawn_request([Spec(list(command), count, **more)], timeout))

    def spawn_cluster(self, specs, timeout=None):
        """Starts a cluster of dissimilar processes, all or none. Returns their ids in order."""
        return self._ask(_spawn_request(list(specs), timeout))

    def ps(self, all_states=False, timeout=5.0):
        """The caller's processes in the whole fabric."""
        return self._ask(_Request(4, _Writer().int8(all_states), 6, _processes, timeout, True))

    def inspect(self, process, timeout=5.0):
        """One process, in whatever state; no row if nobody who answered knows it."""
        return self._ask(_Request(5, _Writer().string(process), 6, _processes, timeout, True))

    def kill(self, processes, signal=15):
        """Sends a signal to whole process trees. processes: an id, or several."""
        ids = [processes] if isinstance(processes, str) else list(processes)
        body = _Writer().strings(ids).int32(signal)
        return self._ask(_Request(6, body, 1, _nothing, _UNTIMED, repeat=False))

    def wait(self, process, timeout=None):
        """Waits until a process has ended. Returns its exit code, 128 + n if signal n ended it."""
        return self._ask(_Request(
            7, _Writer().string(process), 6, lambda r: _ended(_processes(r)), timeout, True))

    def send(self, to, payload, sender=None, timeout=10.0):
        """Sends to an id or name, any:NAME, all:NAME or tenant:. Returns when it is stored.

        sender: the mailbox that replies go to. Returns a Receipt for each mailbox.
        """
        body = _Writer().optional(sender).string(to).bytes(payload)
        return self._ask(_Request(40, body, 40, _receipts, timeout, True, repeat=False))

    def call(self, to, payload, timeout=10.0):
        """Sends to one of a name and waits for the Reply; goes on to another one if that one dies."""
        body = _Writer().string(to).bytes(payload)
        return self._ask(_Request(41, body, 41, _reply, timeout, True, repeat=False))

    def publish(self, topic, payload, sender=None, timeout=10.0):
        """Tells all subscribers of a topic. Returns how many there are."""
        body = _Writer().optional(sender).string(topic).bytes(payload)
        return self._ask(_Request(45, body, 44, _published, timeout, True, repeat=False))

    def subscribe(self, pattern, mailbox=None):
        """Has a mailbox hear what is published on topics that fit: * for a segment, ** at the end.

        mailbox: a name or id; None: a new one, which ends with this connection. Returns its id.
        """
        body = _Writer().optional(mailbox).string(pattern).int8(0).int32(10_000).int32(0)
        repeat = mailbox is not None
        return self._ask(_Request(43, body, 43, _subscribed, _UNTIMED, repeat=repeat))

    def unsubscribe(self, pattern, mailbox):
        """Ends a subscription of a mailbox."""
        body = _Writer().string(mailbox).string(pattern)
        return self._ask(_Request(44, body, 1, _nothing, _UNTIMED))

    def lookup(self, name, timeout=5.0):
        """The mailboxes of a name, with their distances; none if nobody has it."""
        def decode(reader):
            return tuple(reader.list(
                lambda: Mailbox(reader.string(), reader.string(), reader.int64())))
        # The agent fails if nobody has the name.
        body = _Writer().string(name)
        return self._ask(_Request(11, body, 9, decode, timeout, True, if_failed=()))

    def close_mailbox(self, mailbox):
        """Closes a mailbox of no process; what is in it is lost."""
        return self._ask(_Request(46, _Writer().string(mailbox), 1, _nothing, _UNTIMED))

    def claim(self, name, process=None, timeout=5.0):
        """Has a name for one process alone; None: this one. Returns the fencing epoch.

        Messages to the name go to the process from now on; the epoch is greater than that of each
        earlier owner. Refused while another process has the name.
        """
        body = _Writer().string(_own(process)).string(name)
        return self._ask(_Request(67, body, 62, _claimed, timeout, True))

    def release(self, name, process=None):
        """Gives up such a name."""
        return self._ask(_Request(68, _Writer().string(_own(process)).string(name), 1, _nothing, _UNTIMED))

    def _take(self, mailbox, timeout):
        return _Request(42, _Writer().string(_own(mailbox)), 42, _message, timeout, True)


def _own(mailbox):
    found = mailbox or os.environ.get("NEFELE_ID")
    if not found:
        raise WrongRequest("name the mailbox: NEFELE_ID is set in processes of the fabric only")
    return found


# ---- Where agents listen ----

def _candidates():
    named = os.environ.get("NEFELE_SOCKET")
    if named:
        return [named]
    parent = os.environ.get("XDG_RUNTIME_DIR") or "/tmp"
    home = pathlib.Path(os.environ.get("NEFELE_HOME") or f"{parent}/nefele-{os.getuid()}")
    numbers = sorted(
        int(path.name) for path in home.glob("agents/*") if path.name.isdigit())
    return [str(home / "agent.sock")] + [str(home / f"agents/{n}/agent.sock") for n in numbers]


def _dial(path):
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        link.connect(str(path))
        return link
    except OSError:
        link.close()
        raise


def _dial_first(paths):
    for path in paths:
        try:
            return path, _dial(path)
        except OSError as e:
            failure = e
    raise Unreachable(f"no agent at {paths[0]}: {failure.strerror or failure}; start one with 'nefele up 1'")


_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 0.5
_PATIENCE = 30.0


def _pauses():
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, _LONGEST_PAUSE)


class _Deadline:
    def __init__(self, timeout):
        self.end = None if timeout is None else time.monotonic() + timeout

    def left(self):
        return None if self.end is None else self.end - time.monotonic()

    def grace(self):
        return None if self.end is None else max(0.0, self.left() + _GRACE)

    def passed(self, pause=0.0):
        return self.end is not None and time.monotonic() + pause > self.end + _GRACE


def _away(path):
    return Unreachable(f"the agent at {path} went away and has not come back")


def _silent(path):
    return Partial(f"the agent at {path} does not answer")


_GONE = "the agent went away; it may have done this or not"


# ---- The blocking form ----

class _Pending:
    def __init__(self):
        self.come = threading.Event()
        self.answer = None
        self.failure = None


class _Link:
    """One connection of the socket, whose answers a thread of its own hands to who waits."""

    def __init__(self, link):
        self.link = link
        self.numbers = 0
        self.pending = {}
        self.lock = threading.Lock()
        self.sending = threading.Lock()
        self.broken = None
        self.reader = threading.Thread(target=self._read, name="nefele", daemon=True)
        self.reader.start()

    def ask(self, request, deadline):
        pending = _Pending()
        with self.lock:
            if self.broken:
                raise ConnectionError from self.broken
            self.numbers = self.numbers % 0x7FFFFFFF + 1
            number = self.numbers
            self.pending[number] = pending
        try:
            with self.sending:
                self.link.sendall(request.frame(number, deadline.left()))
            if not pending.come.wait(deadline.grace()):
                raise TimeoutError
        finally:
            with self.lock:
                self.pending.pop(number, None)
        if pending.failure:
            raise pending.failure
        return pending.answer

    def _exactly(self, size):
        content = bytearray(size)
        view = memoryview(content)
        while view:
            count = self.link.recv_into(view)
            if not count:
                raise ConnectionError("closed")
            view = view[count:]
        return bytes(content)

    def _read(self):
        try:
            while True:
                kind, number, body = _parse(self._exactly(_length(self._exactly(4))))
                with self.lock:
                    pending = self.pending.get(number)
                if pending:
                    pending.answer = (kind, body)
                    pending.come.set()
        except (OSError, ProtocolError) as e:
            failure = e if isinstance(e, ProtocolError) else ConnectionError(str(e))
            with self.lock:
                self.broken = failure
                waiting = list(self.pending.values())
            for pending in waiting:
                if not pending.come.is_set():
                    pending.failure = failure
                    pending.come.set()

    def close(self):
        with contextlib.suppress(OSError):
            self.link.shutdown(socket.SHUT_RDWR)
        self.link.close()


class Nefele(_Calls):
    """A connection to an agent. Made by connect(); closes at the end of a with block."""

    def __init__(self, path, link):
        self._path = path
        self._lock = threading.Lock()
        self._link = _Link(link)
        self._closed = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Closes the connection, and with it the subscriptions that it holds."""
        with self._lock:
            self._closed = True
            self._link.close()

    def receive(self, mailbox=None, timeout=None):
        """Takes the next Message of a mailbox; None if none came in time.

        mailbox: a name or process id; None: the mailbox of this process.
        """
        try:
            return self._ask(self._take(mailbox, timeout))
        except Partial:
            return None

    @contextlib.contextmanager
    def mailbox(self, name=None):
        """The messages of a mailbox, to iterate over; a mailbox of a name is closed at the end."""
        _own(name)
        try:
            yield iter(lambda: self.receive(name), None)
        finally:
            if name and not self._closed:
                with contextlib.suppress(NefeleError):
                    self.close_mailbox(name)

    def _ask(self, request):
        deadline = _Deadline(request.timeout)
        while True:
            link = self._connected(deadline)
            try:
                return request.result(*link.ask(request, deadline))
            except TimeoutError:
                raise _silent(self._path) from None
            except OSError:
                if not request.repeat:
                    raise AgentGone(_GONE) from None

    def _connected(self, deadline):
        with self._lock:
            if self._closed:
                raise WrongRequest("the connection is closed")
            if not self._link.broken:
                return self._link
            self._link.close()
            give_up = time.monotonic() + _PATIENCE
            for pause in _pauses():
                try:
                    self._link = _Link(_dial(self._path))
                    return self._link
                except OSError:
                    if deadline.passed(pause) or time.monotonic() + pause > give_up:
                        raise _away(self._path) from None
                    time.sleep(pause)


def connect(path=None):
    """Connects to the agent that listens at path; None: to the agent of this process or user."""
    return Nefele(*_dial_first([path] if path else _candidates()))


# ---- The asyncio form ----

class AsyncNefele(_Calls):
    """The calls of Nefele as coroutines. Made by connect_async(); used by one event loop."""

    def __init__(self, paths):
        self._paths = paths
        self._path = None
        self._writer = None
        self._reading = None
        self._numbers = 0
        self._pending = {}
        self._connecting = asyncio.Lock()

    async def __aenter__(self):
        self._path, link = _dial_first(self._paths)
        await self._attach(link)
        return self

    async def __aexit__(self, *_):
        await self.close()

    async def close(self):
        """Closes the connection, and with it the subscriptions that it holds."""
        self._path = None
        self._detach()
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def receive(self, mailbox=None, timeout=None):
        """Takes the next Message of a mailbox; None if none came in time."""
        try:
            return await self._ask(self._take(mailbox, timeout))
        except Partial:
            return None

    async def mailbox(self, name=None):
        """The messages of a mailbox, for async for."""
        while True:
            message = await self.receive(name)
            if message:
                yield message

    async def _attach(self, link):
        link.setblocking(False)
        reader, self._writer = await asyncio.open_unix_connection(sock=link)
        self._reading = asyncio.ensure_future(self._read(reader))

    def _detach(self):
        if self._writer:
            self._writer.close()
            self._writer = None

    async def _read(self, reader):
        failure = ConnectionError("closed")
        try:
            while True:
                kind, number, body = _parse(
                    await reader.readexactly(_length(await reader.readexactly(4))))
                pending = self._pending.pop(number, None)
                if pending and not pending.done():
                    pending.set_result((kind, body))
        except ProtocolError as e:
            failure = e
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._detach()
            for pending in self._pending.values():
                if not pending.done():
                    pending.set_exception(failure)
            self._pending.clear()

    async def _ask(self, request):
        deadline = _Deadline(request.timeout)
        while True:
            await self._connected(deadline)
            try:
                answer = await asyncio.wait_for(self._sent(request, deadline), deadline.grace())
            except (asyncio.TimeoutError, TimeoutError):
                raise _silent(self._path) from None
            except OSError:
                if not request.repeat:
                    raise AgentGone(_GONE) from None
                continue
            return request.result(*answer)

    async def _sent(self, request, deadline):
        self._numbers = self._numbers % 0x7FFFFFFF + 1
        number = self._numbers
        pending = asyncio.get_running_loop().create_future()
        self._pending[number] = pending
        try:
            self._writer.write(request.frame(number, deadline.left()))
            return await pending
        finally:
            self._pending.pop(number, None)

    async def _connected(self, deadline):
        async with self._connecting:
            if self._writer:
                return
            if not self._path:
                raise WrongRequest("the connection is closed")
            give_up = time.monotonic() + _PATIENCE
            for pause in _pauses():
                try:
                    await self._attach(_dial(self._path))
                    return
                except OSError:
                    if deadline.passed(pause) or time.monotonic() + pause > give_up:
                        raise _away(self._path) from None
                    await asyncio.sleep(pause)


def connect_async(path=None):
    """As connect(), for async with."""
    return AsyncNefele([path] if path else _candidates())
