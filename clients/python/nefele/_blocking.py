"""The blocking form: a thread reads, any number of threads ask."""

import contextlib
import socket
import threading
import time

from ._agents import GONE, PATIENCE, Deadline, away, dial, pauses, silent
from ._calls import Calls, own
from ._errors import AgentGone, NefeleError, Partial, ProtocolError, WrongRequest
from ._wire import length, parse


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
                kind, number, body = parse(self._exactly(length(self._exactly(4))))
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


class Nefele(Calls):
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
        own(name)
        try:
            yield iter(lambda: self.receive(name), None)
        finally:
            if name and not self._closed:
                with contextlib.suppress(NefeleError):
                    self.close_mailbox(name)

    def _ask(self, request):
        deadline = Deadline(request.timeout)
        while True:
            link = self._connected(deadline)
            try:
                return request.result(*link.ask(request, deadline))
            except TimeoutError:
                raise silent(self._path) from None
            except OSError:
                if not request.repeat:
                    raise AgentGone(GONE) from None

    def _connected(self, deadline):
        with self._lock:
            if self._closed:
                raise WrongRequest("the connection is closed")
            if not self._link.broken:
                return self._link
            self._link.close()
            give_up = time.monotonic() + PATIENCE
            for pause in pauses():
                try:
                    self._link = _Link(dial(self._path))
                    return self._link
                except OSError:
                    if deadline.passed(pause) or time.monotonic() + pause > give_up:
                        raise away(self._path) from None
                    time.sleep(pause)
