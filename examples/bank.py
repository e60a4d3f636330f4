"""A bank whose process is killed again and again while money is moved; at the end no cent is missing.

Each transfer has a number. The bank writes it down before it answers, and a transfer that it has written
down already is answered and not made again: so a client that got no answer just asks again.
"""

import json
import os
import random
import sys
import tempfile

import nefele

ACCOUNTS = 10
START = 1000
TRANSFERS = 300
KILLS = 5


def serve(path):
    balances = [START] * ACCOUNTS
    done = set()

    def make(number, source, target, amount):
        balances[source] -= amount
        balances[target] += amount
        done.add(number)

    with open(path, "a+", encoding="utf-8") as journal:
        journal.seek(0)
        for line in journal:
            if line.endswith("\n"):
                make(*json.loads(line))
        with nefele.connect() as fabric, fabric.mailbox() as mailbox:
            for message in mailbox:
                transfer = json.loads(message.payload)
                if transfer and transfer[0] not in done:
                    journal.write(json.dumps(transfer) + "\n")
                    journal.flush()
                    os.fsync(journal.fileno())
                    make(*transfer)
                answer = {"done": len(done), "balances": balances}
                fabric.send(message.from_, json.dumps(answer).encode())


class Client:
    """Asks the bank, and starts it again when it is gone."""

    def __init__(self, fabric, path):
        self.fabric = fabric
        self.path = path
        self.name = f"bank-{os.getpid()}"
        self.bank = None
        self.starts = 0

    def start(self):
        self.starts += 1
        if self.starts > 2 * KILLS + 1:
            sys.exit("the bank does not stay up; 'nefele logs' of its process tells why")
        self.bank, = self.fabric.spawn(
            [sys.executable, os.path.abspath(__file__), self.path], name=self.name,
            environment=[f"PYTHONPATH={os.pathsep.join(sys.path)}"])

    def ask(self, transfer):
        while True:
            try:
                return json.loads(self.fabric.call(self.name, json.dumps(transfer).encode(), 10).payload)
            except nefele.NefeleError:
                if not self.bank or self.ended():
                    self.start()

    def ended(self):
        return any(row.state == "exited" for row in self.fabric.inspect(self.bank).rows)


def main():
    chance = random.Random(7)
    # Near this file: what is in /tmp is a process's own.
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory(dir=here) as directory, nefele.connect() as fabric:
        client = Client(fabric, os.path.join(directory, "journal"))
        kill_at = set(chance.sample(range(TRANSFERS), KILLS))
        for number in range(TRANSFERS):
            source, target = chance.sample(range(ACCOUNTS), 2)
            client.ask([number, source, target, chance.randrange(100)])
            if number in kill_at:
                fabric.kill(client.bank, 9)
        result = client.ask([])
        fabric.kill(client.bank)
        fabric.wait(client.bank)
    if result["done"] != TRANSFERS or sum(result["balances"]) != ACCOUNTS * START:
        sys.exit(f"money is missing: {result}")
    print(f"{TRANSFERS} transfers, {client.starts} starts of the bank, all money is there")


if __name__ == "__main__":
    serve(sys.argv[1]) if len(sys.argv) > 1 else main()
