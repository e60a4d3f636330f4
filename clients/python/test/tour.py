"""Uses each call on a fabric, blocking and with asyncio, and fails if one does not do what it says.

The fabric is that of NEFELE_SOCKET; an argument names a second socket, of another agent of it.
"""

import asyncio
import sys
import threading
import time

import nefele

SOON = 20.0


def require(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def raises(kind, call, *arguments, **more):
    try:
        call(*arguments, **more)
    except kind:
        return True
    return False


def until(condition, what):
    """News is some milliseconds on its way to another agent."""
    end = time.monotonic() + SOON
    while not condition():
        require(time.monotonic() < end, what)


def processes(here, there):
    ids = here.spawn(["sleep", "600"], count=3, name="py-sleeper", directory="/", timeout=SOON)
    until(lambda: [row.name for row in there.ps().rows].count("py-sleeper") == 3, "ps lists three")
    there.kill(ids)
    require(here.wait(ids[0], SOON) == 128 + 15, "the first was ended by signal 15")
    sleeper, failing = here.spawn_cluster(
        [nefele.Spec(["sleep", "600"], directory="/"),
         nefele.Spec(["sh", "-c", "exit 7"], directory="/")], SOON)
    require(there.wait(failing, SOON) == 7, "exit code 7")
    require(raises(nefele.Partial, here.wait, sleeper, 0.05), "a wait has its limit")
    here.kill(sleeper, 9)
    there.wait(sleeper, SOON)
    require(raises(nefele.Refused, here.spawn, ["true"], cpu_millis=100_000_000), "no room is told")


def mailboxes(here, there):
    def serve():
        with there.mailbox("py-greeter") as mailbox:
            for message in mailbox:
                if message.payload == b"end":
                    return
                there.send(message.from_, b"hello, " + message.payload)

    require(there.receive("py-greeter", timeout=0) is None, "an empty mailbox")
    until(lambda: len(here.lookup("py-greeter")) == 1, "one mailbox of the name")
    server = threading.Thread(target=serve)
    server.start()
    reply = here.call("py-greeter", b"world", timeout=SOON)
    require(reply.payload == b"hello, world", f"the reply: {reply}")
    here.send("py-greeter", b"end", timeout=SOON)
    server.join(SOON)
    require(not server.is_alive(), "the greeter ends")

    subscriber = there.subscribe("py/*")
    require(here.publish("py/news", b"read", timeout=SOON) == 1, "one subscriber")
    message = there.receive(subscriber, SOON)
    require((message.topic, message.payload) == ("py/news", b"read"), f"the news: {message}")
    require(raises(nefele.NefeleError, here.send, "nobody-has-this", b"", timeout=1), "nobody there")
    large = bytes(3 << 20)
    there.receive("py-large", timeout=0)
    until(lambda: here.lookup("py-large"), "a mailbox of the name")
    here.send("py-large", large, timeout=SOON)
    require(there.receive("py-large", SOON).payload == large, "three megabytes")
    there.close_mailbox("py-large")


def wrong_requests(here):
    for ask in (lambda: here.wait(["7h3kq2m9x4.1.1"]), lambda: here.send("py-large", "text")):
        try:
            ask()
        except nefele.WrongRequest:
            continue
        require(False, "what makes no sense is refused")


async def asynchronous(second):
    async with nefele.connect_async() as here, nefele.connect_async(second) as there:
        require(await there.receive("py-async", timeout=0) is None, "an empty mailbox")
        while not await here.lookup("py-async"):
            await asyncio.sleep(0)

        async def serve():
            async for message in there.mailbox("py-async"):
                if message.payload == b"end":
                    return
                await there.send(message.from_, message.payload.upper())

        server = asyncio.ensure_future(serve())
        replies = await asyncio.gather(
            *(here.call("py-async", f"call {i}".encode(), timeout=SOON) for i in range(20)))
        require([reply.payload for reply in replies] == [f"CALL {i}".encode() for i in range(20)],
                "twenty calls at a time")
        await here.send("py-async", b"end", timeout=SOON)
        await asyncio.wait_for(server, SOON)
        await there.close_mailbox("py-async")


def main():
    second = sys.argv[1] if len(sys.argv) > 1 else None
    with nefele.connect() as here, nefele.connect(second) as there:
        processes(here, there)
        mailboxes(here, there)
        wrong_requests(here)
    asyncio.run(asynchronous(second))
    print("all calls did what they say")


main()
