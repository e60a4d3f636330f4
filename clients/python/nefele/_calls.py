"""The requests of all calls, and how their answers are read."""

import os
import struct

from ._errors import KINDS, Failed, Partial, ProtocolError, WrongRequest
from ._rows import Mailbox, Message, Process, Processes, Receipt, Reply, Spec
from ._wire import FRAME_MAX, MESSAGE_MAX, RESPONSE_FAILED, Reader, Writer, frame


class Request:
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
        if len(self.body) + 10 > FRAME_MAX:
            raise WrongRequest(f"a message has at most {MESSAGE_MAX} bytes (64 MiB)")

    def frame(self, number, left):
        body = self.body
        if self.timed:
            millis = 0x7FFFFFFF if left is None else min(int(left * 1000), 0x7FFFFFFF)
            body += struct.pack(">i", max(millis, 0))
        return frame(self.kind, number, body)

    def result(self, kind, body):
        reader = Reader(body)
        if kind == RESPONSE_FAILED:
            error = KINDS.get(reader.int8(), Failed)(reader.string())
            if self.if_failed is not None and isinstance(error, Failed):
                return self.if_failed
            raise error
        if kind != self.answer:
            raise ProtocolError(f"the agent answered with type {kind} instead of {self.answer}")
        value = self.decode(reader)
        if reader.at != len(body):
            raise ProtocolError("the agent's answer is damaged: something is left of it")
        return value


_UNTIMED = 30.0


def _nothing(_):
    return None


_RESTARTS = ("never", "on-failure", "always")


def _write_restart(out, policy):
    kind, colon, most = policy.partition(":")
    if kind not in _RESTARTS or colon and (kind == "never" or not most.isdigit() or int(most) < 1):
        raise WrongRequest(
            f"{policy!r} is no restart policy; write never, on-failure, always, or on-failure:5")
    out.int8(_RESTARTS.index(kind)).int32(int(most) if colon else 0)


def _write_health(out, spec):
    checks = bool(spec.health) + bool(spec.health_port) + (spec.health_call is not None)
    if checks > 1:
        raise WrongRequest("a health check is a command, a port or a call: one of them")
    out.int8(checks)
    if spec.health:
        out.int8(0).strings(spec.health)
    elif spec.health_port:
        out.int8(1).int32(spec.health_port)
    elif spec.health_call is not None:
        out.int8(2).string(spec.health_call)
    if checks:
        out.int32(10_000).int32(5_000).int32(3).int32(0)


def _write_spec(out, spec):
    command = [str(word) for word in spec.command]
    if not command:
        raise WrongRequest("the command is empty; name a program")
    (out.int32(spec.count).optional(spec.name).int32(spec.cpu_millis).int64(spec.memory_bytes)
     .strings(spec.resources).strings(spec.constraints).strings(spec.labels).strings(spec.environment)
     .string(os.getcwd() if spec.directory is None else spec.directory).strings(command)
     .int8(0).int32(spec.pids).string(spec.isolation))
    _write_restart(out, spec.restart)
    _write_health(out, spec)
    out.int64(spec.reschedule_millis).strings(spec.after).int32(spec.disruptions)
    out.optional(spec.bundle)


def _process(reader):
    return Process(
        reader.string(), reader.optional(), reader.string(), reader.strings(), reader.string(),
        reader.int32() if reader.bool() else None, reader.int64(), reader.int64(), reader.int64(),
        reader.int32(), reader.int64(), reader.string(), reader.int64(), reader.int32(), reader.int64(),
        reader.int64(), reader.bool(), reader.int32(), reader.string(), reader.string(),
        reader.strings(), reader.string(), reader.string())


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
    out = Writer().int32(len(specs))
    for spec in specs:
        _write_spec(out, spec)
    if timeout is None:
        return Request(3, out.int32(0), 5, lambda r: r.strings(), None, repeat=False)
    return Request(3, out, 5, lambda r: r.strings(), timeout, timed=True, repeat=False)


def _ended(processes):
    if not processes.rows or processes.rows[0].exit_code is None:
        raise Partial("nobody who answered knows how it ended; missing: " + ", ".join(processes.missing))
    return processes.rows[0].exit_code


class Calls:
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
        return self._ask(Request(4, Writer().int8(all_states), 6, _processes, timeout, True))

    def inspect(self, process, timeout=5.0):
        """One process, in whatever state; no row if nobody who answered knows it."""
        return self._ask(Request(5, Writer().string(process), 6, _processes, timeout, True))

    def kill(self, processes, signal=15):
        """Sends a signal to whole process trees. processes: an id, or several."""
        ids = [processes] if isinstance(processes, str) else list(processes)
        body = Writer().strings(ids).int32(signal)
        return self._ask(Request(6, body, 1, _nothing, _UNTIMED, repeat=False))

    def wait(self, process, timeout=None):
        """Waits until a process has ended. Returns its exit code, 128 + n if signal n ended it."""
        return self._ask(Request(
            7, Writer().string(process), 6, lambda r: _ended(_processes(r)), timeout, True))

    def send(self, to, payload, sender=None, timeout=10.0):
        """Sends to an id or name, any:NAME, all:NAME or tenant:. Returns when it is stored.

        sender: the mailbox that replies go to. Returns a Receipt for each mailbox.
        """
        body = Writer().optional(sender).string(to).bytes(payload)
        return self._ask(Request(40, body, 40, _receipts, timeout, True, repeat=False))

    def call(self, to, payload, timeout=10.0):
        """Sends to one of a name and waits for the Reply; goes on to another one if that one dies."""
        body = Writer().string(to).bytes(payload)
        return self._ask(Request(41, body, 41, _reply, timeout, True, repeat=False))

    def publish(self, topic, payload, sender=None, timeout=10.0):
        """Tells all subscribers of a topic. Returns how many there are."""
        body = Writer().optional(sender).string(topic).bytes(payload)
        return self._ask(Request(45, body, 44, _published, timeout, True, repeat=False))

    def subscribe(self, pattern, mailbox=None):
        """Has a mailbox hear what is published on topics that fit: * for a segment, ** at the end.

        mailbox: a name or id; None: a new one, which ends with this connection. Returns its id.
        """
        body = Writer().optional(mailbox).string(pattern).int8(0).int32(10_000).int32(0)
        repeat = mailbox is not None
        return self._ask(Request(43, body, 43, _subscribed, _UNTIMED, repeat=repeat))

    def unsubscribe(self, pattern, mailbox):
        """Ends a subscription of a mailbox."""
        body = Writer().string(mailbox).string(pattern)
        return self._ask(Request(44, body, 1, _nothing, _UNTIMED))

    def lookup(self, name, timeout=5.0):
        """The mailboxes of a name, with their distances; none if nobody has it."""
        def decode(reader):
            return tuple(reader.list(
                lambda: Mailbox(reader.string(), reader.string(), reader.int64())))
        # The agent fails if nobody has the name.
        body = Writer().string(name)
        return self._ask(Request(11, body, 9, decode, timeout, True, if_failed=()))

    def close_mailbox(self, mailbox):
        """Closes a mailbox of no process; what is in it is lost."""
        return self._ask(Request(46, Writer().string(mailbox), 1, _nothing, _UNTIMED))

    def claim(self, name, process=None, timeout=5.0):
        """Has a name for one process alone; None: this one. Returns the fencing epoch.

        Messages to the name go to the process from now on; the epoch is greater than that of each
        earlier owner. Refused while another process has the name.
        """
        body = Writer().string(own(process)).string(name)
        return self._ask(Request(67, body, 62, _claimed, timeout, True))

    def release(self, name, process=None):
        """Gives up such a name."""
        return self._ask(Request(68, Writer().string(own(process)).string(name), 1, _nothing, _UNTIMED))

    def _take(self, mailbox, timeout):
        return Request(42, Writer().string(own(mailbox)), 42, _message, timeout, True)


def own(mailbox):
    found = mailbox or os.environ.get("NEFELE_ID")
    if not found:
        raise WrongRequest("name the mailbox: NEFELE_ID is set in processes of the fabric only")
    return found
