"""What a session survives: a lost connection with its watches and ephemerals; and what ends it: silence."""

import os
import socket
import struct

from kazoo.client import KazooState

from common import client, connected, run, show, until


def cut(zk):
    """Resets the client's socket under it, as a network does."""
    sock = zk._connection._socket
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.shutdown(socket.SHUT_RDWR)


def reconnect():
    states = []
    with connected() as zk, connected() as writer:
        zk.add_listener(states.append)
        zk.create("/r", b"mine", ephemeral=True)
        seen = []
        zk.get("/r", watch=seen.append)
        session = zk.client_id[0]
        cut(zk)
        until("suspended and back", lambda: states[-1:] == [KazooState.CONNECTED] and len(states) >= 2)
        show("states", [str(state) for state in states])
        show("same session", zk.client_id[0] == session)
        show("ephemeral kept", writer.exists("/r") is not None)
        show("still mine", writer.exists("/r").ephemeralOwner == session)


def watch_missed_while_away():
    with connected() as zk, connected() as writer:
        writer.create("/m", b"0")
        seen = []

        @zk.DataWatch("/m")
        def changed(data, stat):
            seen.append(data)

        cut(zk)
        writer.set("/m", b"1")
        until("caught up", lambda: b"1" in seen)
        show("caught up", seen[-1])
        writer.delete("/m")


def resume(address, session, password):
    """Shakes hands for an existing session on a socket of its own; returns the socket and the answer."""
    sock = socket.create_connection(address)
    body = struct.pack("!iqiqi", 0, 0, 4000, session, len(password)) + password + b"\x00"
    sock.sendall(struct.pack("!i", len(body)) + body)
    version, timeout, answered = struct.unpack("!iiq", sock.recv(100)[4:20])
    return sock, (version, timeout, answered == session)


def expiry():
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        # A client that dies: its socket closes, its session is not closed.
        zk = client(timeout=4.0)
        zk.create("/x", ephemeral=True)
        session, password = zk.client_id
        os.write(write_end, struct.pack("!q", session) + password)
        os._exit(0)
    identity = os.read(read_end, 24)
    os.wait()
    session, password = struct.unpack("!q", identity[:8])[0], identity[8:]
    with connected() as watcher:
        gone = []
        show("ephemeral there", watcher.exists("/x", watch=lambda event: gone.append(event.type)) is not None)
        address = watcher.hosts[0]
        # A socket that says nothing holds the session, so that only the server's clock can end it.
        silent, answer = resume(address, session, password)
        show("taken over", answer)
        until("expired", lambda: gone, seconds=25)
        show("ephemeral gone", gone)
        show("closed by the server", silent.recv(10))
        silent.close()
        again, refusal = resume(address, session, password)
        show("refused", refusal)
        again.close()


# The fork comes first, while this process has no threads.
run([expiry, reconnect, watch_missed_while_away])
