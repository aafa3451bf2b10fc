"""What every script here shares: a client, a printer of comparable facts, and a wait without sleeping blindly."""

import logging
import sys
import time
from contextlib import contextmanager

from kazoo.client import KazooClient

HOSTS = sys.argv[1]
# What is printed is compared; how often a client logs a retry is not.
logging.disable(logging.CRITICAL)


def client(**options):
    options.setdefault("timeout", 10.0)
    found = KazooClient(hosts=HOSTS, **options)
    found.start(timeout=20)
    return found


@contextmanager
def connected(**options):
    found = client(**options)
    try:
        yield found
    finally:
        found.stop()
        found.close()


def show(label, value):
    """One fact a line; the same script against another server must print the same lines."""
    print(f"{label}: {value!r}")


def until(what, check, seconds=20.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = check()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


def error_name(call, *args, **kwargs):
    try:
        return call(*args, **kwargs)
    except Exception as error:  # the class is the fact
        return type(error).__name__


def run(cases):
    for case in cases:
        print(f"-- {case.__name__}")
        case()
