"""A service that is called all the time: while one of it is killed, while all of it is replaced by
another version, and while a version that does not work is rolled back."""

import os
import signal
import subprocess
import sys
import tempfile
import threading

import nefele

HERE = os.path.dirname(os.path.abspath(__file__))


def serve():
    version = os.environ["VERSION"]
    if version == "3":
        sys.exit("version 3 does not work")
    with nefele.connect() as fabric, fabric.mailbox() as mailbox:
        open(f"/tmp/web-{os.environ['NEFELE_ID']}", "w").close()  # what its health check looks for
        for message in mailbox:
            try:
                fabric.send(message.from_, f"{os.environ['NEFELE_ID']} {version}".encode())
            except nefele.NefeleError:
                pass  # whoever called has gone on to another, while this one was away


def apply(version):
    """Has the job file say another version, and applies it."""
    with open(os.path.join(HERE, "web.yaml"), encoding="utf-8") as file:
        job = file.read().replace("VERSION: 1", f"VERSION: {version}")
    job = job.replace("PYTHONPATH: .", f"PYTHONPATH: '{os.pathsep.join(sys.path)}'")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(job)
        file.flush()
        return subprocess.run(["nefele", "apply", "-f", file.name], cwd=HERE, check=False).returncode


class Caller(threading.Thread):
    """Calls all the time and keeps count of the answers of each version."""

    def __init__(self):
        super().__init__()
        self.answers = {}
        self.failed = []
        self.ended = threading.Event()
        self.last = (None, None)

    def run(self):
        with nefele.connect() as fabric:
            while not self.ended.is_set():
                try:
                    reply = fabric.call("any:web?by=round-robin", b"who?", timeout=10)
                    self.last = tuple(reply.payload.decode().split())
                    self.answers[self.last[1]] = self.answers.get(self.last[1], 0) + 1
                except nefele.NefeleError as e:
                    self.failed.append(str(e))
                self.ended.wait(0.005)

    def await_version(self, version):
        for _ in range(3000):
            if self.last[1] == version:
                return
            self.ended.wait(0.01)
        sys.exit(f"version {version} does not answer: {self.failed[-1:]}")


def main():
    caller = Caller()
    try:
        if apply(1) != 0:
            sys.exit("version 1 does not run")
        caller.start()
        caller.await_version("1")
        with nefele.connect() as fabric:
            fabric.kill([caller.last[0]], signal.SIGABRT)  # its restart policy brings it back
        if apply(2) != 0:
            sys.exit("version 2 does not run")
        caller.await_version("2")
        before = dict(caller.answers)
        if apply(3) != 1:
            sys.exit("version 3 was not refused")
        if caller.answers["1"] != before["1"] or "3" in caller.answers:
            sys.exit(f"another version than 2 answers: {caller.answers}")
    finally:
        caller.ended.set()
        if caller.is_alive():
            caller.join()
        subprocess.run(["nefele", "job", "stop", "web"], check=False)
    if caller.failed:
        sys.exit(f"{len(caller.failed)} calls failed: {caller.failed[0]}")
    print(f"{sum(caller.answers.values())} calls, none failed, by version 1 and then 2")


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
