"""A pool of processes behind a name. One of them is killed while it is called; the calls go on."""

import os
import sys

import nefele

WORKERS = 3
CALLS = 60


def serve():
    with nefele.connect() as fabric, fabric.mailbox() as mailbox:
        for message in mailbox:
            answer = f"{os.environ['NEFELE_ID']} {message.payload.decode().upper()}"
            fabric.send(message.from_, answer.encode())


def main():
    name = f"pool-{os.getpid()}"
    with nefele.connect() as fabric:
        workers = fabric.spawn(
            [sys.executable, os.path.abspath(__file__), "serve"], WORKERS, name=name,
            environment=[f"PYTHONPATH={os.pathsep.join(sys.path)}"])
        answered_by = set()
        failovers = 0
        for i in range(CALLS):
            if i == CALLS // 2:
                fabric.kill(workers[0], 9)
            reply = fabric.call(f"any:{name}?by=round-robin", f"call {i}".encode(), timeout=30)
            worker, answer = reply.payload.decode().split(" ", 1)
            if answer != f"CALL {i}":
                sys.exit(f"call {i} was answered with {answer!r}")
            answered_by.add(worker)
            failovers += len(reply.failovers)
        fabric.kill(workers[1:])
        print(f"{CALLS} calls answered by {len(answered_by)} processes, one of them killed,"
              f" {failovers} failovers")


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
