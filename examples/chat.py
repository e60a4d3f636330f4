"""A chat room: what is typed here is published, what others type is printed. Ends with the input."""

import sys
import threading

import nefele


def listen(fabric, mailbox, own):
    while True:
        message = fabric.receive(mailbox)
        if message is None:
            continue
        if message.topic == own and not message.payload:
            return
        if message.topic != own:
            nick = message.topic.rsplit("/", 1)[1]
            print(f"{nick}: {message.payload.decode()}" if message.payload else f"({nick} has left)",
                  flush=True)


def main(room, nick):
    topic = f"chat/{room}/{nick}"
    with nefele.connect() as fabric:
        mailbox = fabric.subscribe(f"chat/{room}/*")
        listener = threading.Thread(target=listen, args=(fabric, mailbox, topic))
        listener.start()
        print(f"you are {nick} in {room}", flush=True)
        for line in sys.stdin:
            if line.strip():
                fabric.publish(topic, line.strip().encode())
        # An empty line says goodbye, to the listener, too.
        fabric.publish(topic, b"")
        listener.join()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: chat.py ROOM NICK")
    main(*sys.argv[1:])
