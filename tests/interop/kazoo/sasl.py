"""A client that proves a password by SASL DIGEST-MD5, and what is its own then."""

from kazoo.security import make_acl

from common import client, run, show


def sasl(user, password):
    return {"mechanism": "DIGEST-MD5", "username": user, "password": password}


def right_password():
    zk = client(sasl_options=sasl("bob", 'se"cret'))
    zk.create("/kazoo-sasl", b"kazoo", acl=[make_acl("sasl", "bob", all=True)])
    show("mine", zk.get("/kazoo-sasl")[0])
    zk.set("/kazoo-sasl", b"again")
    show("acl", zk.get_acls("/kazoo-sasl")[0])
    zk.delete("/kazoo-sasl")
    zk.stop()
    zk.close()


run([right_password])
