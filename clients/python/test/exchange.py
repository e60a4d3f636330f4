"""Makes each call once, in the order of the test vectors, and prints what came of it."""

import sys

import nefele


def print_processes(found):
    for row in found.rows:
        print("process", row.id, row.name or "none", row.tenant, *row.command, row.state,
              "none" if row.exit_code is None else row.exit_code, row.started_at_millis,
              row.state_since_millis, row.age_millis, row.cpu_millis, row.memory_bytes, row.group,
              row.used_cpu_micros, row.used_memory_bytes, row.restarts, row.health or "none",
              row.cpu_from, row.memory_from)
        for label in row.labels:
            print("label", label)
    for part in found.missing:
        print("missing", part)


def attempt(name, call, *arguments, **more):
    try:
        return call(*arguments, **more)
    except nefele.NefeleError as e:
        print(f"{name} failed: {e}")
        return None


def main(path):
    with nefele.connect(path) as fabric:
        specs = [
            nefele.Spec(["sleep", "9"], 2, "web", 500, 1 << 20, ["gpu=1"], ["spread zone"],
                        ["tier=front"], ["A=1", "B=ä"], "/tmp", 10, "userns", "always:5",
                        ["check"], 60_000, "6e" * 32, disruptions=1),
            nefele.Spec(["true"], directory="/", health_port=5432, after=["web", "db"]),
            nefele.Spec(["false"], directory="/", health_call="ping"),
        ]
        for process in attempt("spawn", fabric.spawn_cluster, specs):
            print("spawned", process)
        print_processes(fabric.ps(all_states=True, timeout=None))
        process = "7h3kq2m9x4.1.17"
        print_processes(fabric.inspect(process, timeout=None))
        attempt("kill", fabric.kill, process)
        print("ended", fabric.wait(process))

        attempt("send", fabric.send, "all:web", b"hello", sender="me", timeout=None)
        reply = fabric.call("any:web?key=7", b"question", timeout=None)
        print("message", reply.from_, "none none", reply.payload.decode(), 0)
        message = fabric.receive("me")
        print("message", message.from_ or "none", message.to, message.topic or "none",
              message.payload.decode(), message.sent_at_millis)
        print("subscribed", fabric.subscribe("a/*"))
        print("published", fabric.publish("a/b", b"news", timeout=None))
        attempt("unsubscribe", fabric.unsubscribe, "a/*", "me")
        for mailbox in fabric.lookup("web", timeout=None):
            print("mailbox", mailbox.id, mailbox.distance, mailbox.rtt_micros)
        attempt("close", fabric.close_mailbox, "me")
        print("claimed", fabric.claim("leader", process, timeout=None))
        attempt("release", fabric.release, "leader", process)


main(sys.argv[1])
