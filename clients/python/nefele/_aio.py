"""The asyncio form."""

import asyncio
import time

from ._agents import GONE, PATIENCE, Deadline, away, dial, dial_first, pauses, silent
from ._calls import Calls
from ._errors import AgentGone, Partial, ProtocolError, WrongRequest
from ._wire import length, parse


class AsyncNefele(Calls):
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
        self._path, link = dial_first(self._paths)
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
                kind, number, body = parse(
                    await reader.readexactly(length(await reader.readexactly(4))))
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
        deadline = Deadline(request.timeout)
        while True:
            await self._connected(deadline)
            try:
                answer = await asyncio.wait_for(self._sent(request, deadline), deadline.grace())
            except (asyncio.TimeoutError, TimeoutError):
                raise silent(self._path) from None
            except OSError:
                if not request.repeat:
                    raise AgentGone(GONE) from None
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
            give_up = time.monotonic() + PATIENCE
            for pause in pauses():
                try:
                    await self._attach(dial(self._path))
                    return
                except OSError:
                    if deadline.passed(pause) or time.monotonic() + pause > give_up:
                        raise away(self._path) from None
                    await asyncio.sleep(pause)
