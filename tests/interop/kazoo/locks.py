"""Real locks for someone to look at: made by kazoo, held and waited for until this process is ended."""

import signal
import sys
import threading
import uuid

from common import client, until
from kazoo.recipe.party import Party

BASE = sys.argv[2]
clients = [client() for _ in range(4)]
first, second, third, fourth = clients


def wait_in_line(session, path, kind="Lock"):
    """Takes its place in line in a thread of its own, which ends with the process."""
    lock = getattr(session, kind)(path, f"waiter {session.client_id[0]:#x}")
    before = len(session.get_children(path)) if session.exists(path) else 0
    threading.Thread(target=lock.acquire, daemon=True).start()
    until(f"in line for {path}", lambda: len(session.get_children(path)) > before)


def hold(session, path, kind="Lock"):
    getattr(session, kind)(path, "holder").acquire()


# A lock with two that wait, in the order first, second, third.
hold(first, f"{BASE}/orders")
wait_in_line(second, f"{BASE}/orders")
wait_in_line(third, f"{BASE}/orders")

# Two sessions, each with what the other wants.
hold(first, f"{BASE}/left")
hold(second, f"{BASE}/right")
wait_in_line(first, f"{BASE}/right")
wait_in_line(second, f"{BASE}/left")

# Readers share, the writer waits, and a reader behind it waits too.
hold(first, f"{BASE}/ledger", "ReadLock")
hold(second, f"{BASE}/ledger", "ReadLock")
wait_in_line(third, f"{BASE}/ledger", "WriteLock")
wait_in_line(fourth, f"{BASE}/ledger", "ReadLock")

# Two seats, both taken.
for session in (first, second):
    session.Semaphore(f"{BASE}/seats", "seat", max_leases=2).acquire()

# Names as Curator and plain programs make them; the recipes' own code is not at hand here.
fourth.ensure_path(f"{BASE}/latch")
fourth.ensure_path(f"{BASE}/election")
fourth.ensure_path(f"{BASE}/work")
for session in (fourth, third):
    session.create(f"{BASE}/latch/_c_{uuid.uuid4()}-latch-", b"host-1", ephemeral=True, sequence=True)
    session.create(f"{BASE}/election/n_", b"", ephemeral=True, sequence=True)
fourth.create(f"{BASE}/work/task-", b"", sequence=True)
Party(fourth, f"{BASE}/party", "here").join()

print("ready", flush=True)
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
stop.wait()
for session in clients:
    session.stop()
