"""Watches, and the recipes that live on them: DataWatch, ChildrenWatch, locks, election, queues, barriers."""

import threading

from kazoo.recipe.barrier import DoubleBarrier
from kazoo.recipe.watchers import PatientChildrenWatch

from common import client, connected, run, show, until


def one_time():
    seen = []
    with connected() as zk, connected() as writer:
        note = lambda event: seen.append((event.type, event.path, event.state))
        zk.exists("/w", watch=note)
        writer.create("/w")
        until("created", lambda: len(seen) == 1)
        zk.get("/w", watch=note)
        zk.get_children("/w", watch=note)
        writer.set("/w", b"1")
        writer.set("/w", b"2")
        writer.create("/w/kid")
        until("changed and child", lambda: len(seen) == 3)
        zk.get("/w/kid", watch=note)
        writer.delete("/w/kid")
        until("deleted", lambda: len(seen) == 4)
        writer.delete("/w")
        show("events", seen)


def data_watch():
    seen = []
    with connected() as zk, connected() as writer:
        writer.create("/d", b"0")

        @zk.DataWatch("/d")
        def changed(data, stat):
            seen.append((data, None if stat is None else stat.version))

        for value in (b"1", b"2", b"3"):
            count = len(seen)
            writer.set("/d", value)
            until("seen", lambda: len(seen) > count)
        writer.delete("/d")
        until("deleted", lambda: seen[-1][0] is None)
        show("data watch", seen)


def children_watch():
    seen = []
    with connected() as zk, connected() as writer:
        writer.create("/c")

        @zk.ChildrenWatch("/c")
        def changed(children):
            seen.append(sorted(children))

        for name in ("a", "b", "c"):
            count = len(seen)
            writer.create(f"/c/{name}")
            until("seen", lambda: len(seen) > count)
        show("children watch", seen)
        settled, _ = PatientChildrenWatch(zk, "/c", time_boundary=0.2).start().get(timeout=10)
        show("patient", sorted(settled))
        writer.delete("/c", recursive=True)


def locks():
    order = []
    clients = [client() for _ in range(3)]

    def work(number):
        with clients[number].Lock("/lock", f"worker {number}"):
            order.append(("in", number))
            order.append(("out", number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    show("never two inside", all(order[i][1] == order[i + 1][1] for i in range(0, 6, 2)))
    show("all had it", sorted(number for kind, number in order if kind == "in"))
    held = clients[0].Lock("/lock", "holder")
    held.acquire()
    waiting = clients[1].Lock("/lock", "second")
    show("would block", waiting.acquire(blocking=False))
    show("contenders", held.contenders())
    held.release()
    for zk in clients:
        zk.stop()
        zk.close()


def election():
    leaders = []
    clients = [client() for _ in range(3)]
    threads = []
    for number, zk in enumerate(clients):
        vote = zk.Election("/election", f"candidate {number}")
        thread = threading.Thread(target=vote.run, args=(leaders.append, number))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join(30)
    show("each led once", sorted(leaders))
    for zk in clients:
        zk.stop()
        zk.close()


def queues_and_counters():
    with connected() as zk, connected() as other:
        queue = zk.LockingQueue("/queue")
        queue.put(b"low", 200)
        queue.put(b"high", 1)
        taken = other.LockingQueue("/queue")
        show("first", taken.get(timeout=10))
        show("consume", taken.consume())
        show("second", taken.get(timeout=10))
        show("consume again", taken.consume())
        counter = zk.Counter("/counter")
        threads = [threading.Thread(target=lambda: [counter.__add__(1) for _ in range(10)]) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        show("counter", other.Counter("/counter").value)
        semaphore = zk.Semaphore("/semaphore", max_leases=1)
        show("lease", semaphore.acquire(timeout=10))
        show("no second lease", other.Semaphore("/semaphore", max_leases=1).acquire(blocking=False))
        semaphore.release()
        party = zk.Party("/party", "me")
        party.join()
        show("party", len(other.Party("/party")))


def barrier():
    entered = []
    clients = [client() for _ in range(2)]

    def work(number):
        gate = DoubleBarrier(clients[number], "/barrier", 2, f"b{number}")
        gate.enter()
        entered.append(number)
        gate.leave()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    show("both entered", sorted(entered))
    for zk in clients:
        zk.stop()
        zk.close()


run([one_time, data_watch, children_watch, locks, election, queues_and_counters, barrier])
