"""Counts the words of files with processes on all servers."""

import collections
import concurrent.futures
import os
import pickle
import sys

import nefele

WORKERS = 4
CHUNK_LINES = 200


def work():
    """What a worker does: counts the words of each text that comes, until it is killed."""
    with nefele.connect() as fabric, fabric.mailbox() as mailbox:
        for message in mailbox:
            words = collections.Counter(message.payload.decode().split())
            fabric.send(message.from_, pickle.dumps(words))


def chunks(files):
    for name in files:
        with open(name, encoding="utf-8", errors="replace") as lines:
            while chunk := "".join(line for line, _ in zip(lines, range(CHUNK_LINES))):
                yield chunk.encode()


def count(files):
    name = f"counter-{os.getpid()}"
    with nefele.connect() as fabric:
        workers = fabric.spawn(
            [sys.executable, os.path.abspath(__file__)], WORKERS, name=name,
            environment=[f"PYTHONPATH={os.pathsep.join(sys.path)}"])
        total = collections.Counter()
        try:
            with concurrent.futures.ThreadPoolExecutor(2 * WORKERS) as pool:
                to = f"any:{name}?by=round-robin"
                for reply in pool.map(lambda chunk: fabric.call(to, chunk), chunks(files)):
                    total += pickle.loads(reply.payload)
        finally:
            fabric.kill(workers)
        return total


if __name__ == "__main__":
    if len(sys.argv) > 1:
        for word, times in count(sys.argv[1:]).most_common(10):
            print(times, word)
    else:
        work()
