"""Create, read, write, delete, sequence, ephemeral, transactions, ACLs: kazoo's plain calls."""

from kazoo.security import ACL, Id, make_digest_acl

from common import client, connected, error_name, run, show, until


def crud():
    with connected() as zk:
        show("create", zk.create("/k", b"one"))
        show("get", zk.get("/k")[0])
        stat = zk.set("/k", b"two")
        show("version", (stat.version, stat.dataLength, stat.numChildren, stat.ephemeralOwner))
        show("bad version", error_name(zk.set, "/k", b"x", version=7))
        show("exists", zk.exists("/k").version)
        show("exists not", zk.exists("/none"))
        show("no node", error_name(zk.get, "/none"))
        show("node exists", error_name(zk.create, "/k"))
        show("no parent", error_name(zk.create, "/none/child"))
        show("make path", zk.create("/k/a/b/c", b"deep", makepath=True))
        show("children", sorted(zk.get_children("/k")))
        show("not empty", error_name(zk.delete, "/k"))
        show("include data", zk.get_children("/k", include_data=True)[1].cversion)
        show("recursive", zk.delete("/k", recursive=True))
        show("gone", zk.exists("/k"))
        show("ensure", zk.ensure_path("/k/x"))
        path, created = zk.create("/k/two", b"22", include_data=True)
        show("create2", (path, created.version, created.dataLength, created.czxid == created.mzxid))
        show("sync", zk.sync("/k"))
        zk.delete("/k", recursive=True)


def sequence_and_ephemeral():
    with connected() as zk:
        zk.create("/s")
        show("sequence", [zk.create("/s/n-", sequence=True) for _ in range(3)])
        zk.delete("/s/n-0000000002")
        show("never reused", zk.create("/s/n-", sequence=True))
        other = client()
        show("ephemeral", other.create("/s/e", ephemeral=True))
        show("owner", zk.exists("/s/e").ephemeralOwner == other.client_id[0])
        show("no children", error_name(zk.create, "/s/e/kid"))
        other.stop()
        other.close()
        until("the ephemeral node is gone", lambda: zk.exists("/s/e") is None)
        zk.delete("/s", recursive=True)


def transactions():
    with connected() as zk:
        zk.create("/t", b"0")
        good = zk.transaction()
        good.create("/t/a", b"a")
        good.set_data("/t", b"1")
        good.check("/t", version=1)
        good.delete("/t/a")
        show("committed", [type(item).__name__ for item in good.commit()])
        bad = zk.transaction()
        bad.create("/t/b")
        bad.check("/t", version=99)
        bad.create("/t/c")
        show("rolled back", [type(item).__name__ for item in bad.commit()])
        show("nothing left", zk.get_children("/t"))
        zk.delete("/t", recursive=True)


def access():
    secret = make_digest_acl("ann", "pw", all=True)
    with connected() as zk, connected(auth_data=[("digest", "ann:pw")]) as ann:
        ann.create("/acl", b"hidden", acl=[secret])
        show("denied", error_name(zk.get, "/acl"))
        show("allowed", ann.get("/acl")[0])
        show("acl", [(a.perms, a.id.scheme, a.id.id) for a in ann.get_acls("/acl")[0]])
        show("denied set", error_name(zk.set_acls, "/acl", [ACL(31, Id("world", "anyone"))]))
        show("aversion", ann.set_acls("/acl", [ACL(1, Id("world", "anyone")), secret]).aversion)
        show("readable now", zk.get("/acl")[0])
        show("still not writable", error_name(zk.set, "/acl", b"x"))
        zk.add_auth("digest", "ann:pw")
        show("after login", zk.set("/acl", b"x").version)
        show("invalid acl", error_name(zk.create, "/bad", acl=[ACL(31, Id("nosuch", "x"))]))
        ann.delete("/acl")
    wrong = client()
    show("unknown scheme", error_name(wrong.add_auth, "nosuch", "x"))
    wrong.stop()
    wrong.close()


def server_facts():
    with connected() as zk:
        show("version", zk.server_version()[:2])
        show("ruok", zk.command(b"ruok"))


run([crud, sequence_and_ephemeral, transactions, access, server_facts])
