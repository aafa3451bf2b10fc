"""A client over TLS, known by its certificate, and what is its own then."""

import sys

from kazoo.security import make_acl

from common import connected, run, show

CA, CERTIFICATE, KEY = sys.argv[2:5]


def over_tls():
    with connected(use_ssl=True, ca=CA, certfile=CERTIFICATE, keyfile=KEY) as zk:
        zk.create("/kazoo-tls", b"kazoo", acl=[make_acl("x509", "CN=member", all=True)])
        show("mine", zk.get("/kazoo-tls")[0])
        zk.set("/kazoo-tls", b"again" * 50_000)
        show("length", len(zk.get("/kazoo-tls")[0]))
        zk.delete("/kazoo-tls")


run([over_tls])
