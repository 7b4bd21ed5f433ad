#!/usr/bin/env python3
"""A PostgreSQL server's Unix socket with a mishap: it passes everything on, counts the round trips of each connection,
and once, after the server has answered a message that holds a given text, it drops the connection instead of the answer.

usage: losing_proxy.py DIRECTORY SERVER_SOCKET TEXT AWAY
  DIRECTORY      where to listen (.s.PGSQL.5432); trips.N there is, of the Nth connection, how many times the client
                 sent something and waited after it had connected
                 lost there is, once an answer has been lost
  TEXT           loses the answer to a message with this in it (hex:… for bytes), once; empty: never
  AWAY           seconds for which nobody can connect after that; negative: for good
"""
import os
import socket
import sys
import threading
import time

directory, server, text, away = sys.argv[1], sys.argv[2], sys.argv[3].encode(), float(sys.argv[4])
if text.startswith(b"hex:"):
    text = bytes.fromhex(sys.argv[3][4:])
place = os.path.join(directory, ".s.PGSQL.5432")
READY = b"Z\x00\x00\x00\x05"
state = threading.Lock()
losses = 1 if text else 0
closed_until = 0.0


def listen():
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(place + ".new")
    listener.listen(16)
    os.rename(place + ".new", place)
    return listener


def serve(client, number):
    global losses, closed_until
    behind = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    behind.connect(server)
    lose, connected, waits, trips = threading.Event(), [False], [False], [0]

    def upward():
        global losses
        while data := client.recv(65536):
            with state:
                if losses and text in data:
                    losses -= 1
                    lose.set()
            # (X is the client's goodbye, for which nobody waits.)
            if connected[0] and not waits[0] and data[:1] != b"X":
                waits[0] = True
                trips[0] += 1
                with open(os.path.join(directory, f"trips.{number}"), "w") as file:
                    file.write(str(trips[0]))
            behind.sendall(data)
        behind.shutdown(socket.SHUT_WR)

    def downward():
        global closed_until
        tail = b""
        while data := behind.recv(65536):
            tail = (tail + data)[-6:]
            if lose.is_set():
                if tail[:5] == READY:
                    open(os.path.join(directory, "lost"), "w").close()
                    break
                continue
            waits[0] = False
            connected[0] = connected[0] or tail[:5] == READY
            client.sendall(data)
        if lose.is_set() and away:
            with state:
                closed_until = time.monotonic() + away if away > 0 else float("inf")
                if os.path.exists(place):
                    os.unlink(place)
        for end in (client, behind):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def quietly(work):
        try:
            work()
        except OSError:
            pass

    for work in (upward, downward):
        threading.Thread(target=quietly, args=(work,), daemon=True).start()


listener, number = listen(), 0
listener.settimeout(0.05)
while True:
    if closed_until:
        if time.monotonic() < closed_until:
            time.sleep(0.05)
            continue
        closed_until = 0.0
        listener.close()
        listener = listen()
        listener.settimeout(0.05)
    try:
        client, _ = listener.accept()
    except TimeoutError:
        continue
    client.setblocking(True)
    number += 1
    serve(client, number)
