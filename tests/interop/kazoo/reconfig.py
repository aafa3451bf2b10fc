"""reconfig as kazoo asks for it: what it returns and raises, without what differs between ensembles."""

import sys

from kazoo.client import KazooClient
from kazoo.exceptions import KazooException

hosts, auth, joining, leaving = sys.argv[1:5]
zk = KazooClient(hosts=hosts, timeout=10)
zk.start()


def attempt(name, *args):
    try:
        data, stat = zk.reconfig(*args)
        lines = data.decode().split("\n")
        version = int(lines[-1].split("=")[1], 16)
        ids = [line.split("=")[0] for line in lines[:-1]]
        print(name, ids, version == stat.mzxid, stat.version, stat.czxid, stat.dataLength == len(data))
        return version
    except KazooException as error:
        print(name, type(error).__name__)


def members():
    data, stat = zk.get("/zookeeper/config")
    return [line.split("=")[0] for line in data.decode().split("\n")[:-1]]


attempt("nobody", joining, None, None)
zk.add_auth("digest", auth)
attempt("wrong version", joining, None, None, 7)
version = attempt("joining", joining, None, None)
zk.sync("/")
print(members())
attempt("leaving", None, leaving, None, version)
zk.sync("/")
print(members())
zk.stop()
