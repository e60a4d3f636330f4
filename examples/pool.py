"""A function: a program behind a name that runs only while somebody calls it. Calls at once are answered
by several processes of it, of which one is killed; when nobody calls any more, none is left."""

import concurrent.futures
import os
import subprocess
import sys
import time

import nefele

MOST = 3
CALLS = 60


def serve():
    with nefele.connect() as fabric, fabric.mailbox() as mailbox:
        for message in mailbox:
            time.sleep(0.02)
            answer = f"{os.environ['NEFELE_ID']} {message.payload.decode().upper()}"
            fabric.send(message.from_, answer.encode())


def call(fabric, name, number):
    """Returns who has answered, and how often the call had to go on to another."""
    reply = fabric.call(name, f"call {number}".encode(), timeout=60)
    worker, answer = reply.payload.decode().split(" ", 1)
    if answer != f"CALL {number}":
        sys.exit(f"call {number} was answered with {answer!r}")
    return worker, len(reply.failovers)


def running(fabric, name):
    return [row.id for row in fabric.ps().rows if row.name == name and row.state == "running"]


def main():
    name = f"function-{os.getpid()}"
    subprocess.run(
        ["nefele", "pool", "--name", name, "--max", str(MOST), "--idle", "1s",
         "--env", f"PYTHONPATH={os.pathsep.join(sys.path)}",
         "--", sys.executable, os.path.abspath(__file__), "serve"], check=True)
    with nefele.connect() as fabric:
        try:
            print(f"cold: {len(running(fabric, name))} processes")
            begin = time.monotonic()
            first, _ = call(fabric, name, 0)
            print(f"the first call was answered after {time.monotonic() - begin:.1f} s")
            with concurrent.futures.ThreadPoolExecutor(2 * MOST) as callers:
                calls = [callers.submit(call, fabric, name, i) for i in range(1, CALLS)]
                fabric.kill(first, 9)
                answers = [each.result() for each in calls]
            workers = {worker for worker, _ in answers}
            while running(fabric, name):
                time.sleep(0.2)
            print(f"{CALLS} calls answered by {len(workers | {first})} processes, one of them killed,"
                  f" {sum(failovers for _, failovers in answers)} failovers; now none runs")
        finally:
            subprocess.run(["nefele", "pool", "--remove", name], check=True)


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
