"""echo NAME | trips NAME COUNT BYTES | sends NAME COUNT BYTES: what bench clients measures, in Python."""
import sys
import time

import nefele

role, name = sys.argv[1:3]
with nefele.connect() as fabric:
    fabric.receive(name, timeout=0)  # so that there is the mailbox
    if role == "echo":
        print("ready", flush=True)
        while True:
            message = fabric.receive(name)
            fabric.send(message.from_, message.payload, sender=name)
    count, payload = int(sys.argv[3]), b"x" * int(sys.argv[4])
    for i in range(2 * count):
        begin = time.perf_counter_ns()
        if role == "trips":
            fabric.call(name, payload)
        else:
            fabric.send(name, payload)
        if i >= count:
            print(time.perf_counter_ns() - begin)
