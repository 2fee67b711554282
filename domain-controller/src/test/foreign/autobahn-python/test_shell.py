"""The original's own management shell and edge node, unmodified, run through the shell's commands against a Bailiwick master."""

import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
import unittest

from nacl.signing import SigningKey

from master import Master, tag, until

CROSSBAR = os.path.join(os.path.dirname(sys.executable), "crossbar")


class Shell:
    """One profile of the shell. Each command is a process and a session of its own."""

    def __init__(self, master, name="shell", keys=None):
        self.directory = master.directory / name
        self.directory.mkdir()
        for half in ("priv", "pub"):
            copy = self.directory / ("default." + half)
            copy.write_text(keys[half] if keys else (master.key.parent / ("superuser." + half)).read_text())
            copy.chmod(0o600)
        (self.directory / "config.ini").write_text(
            f"[default]\nurl={master.url}\nprivkey=default.priv\npubkey=default.pub\n")

    def __call__(self, *command, realm=None):
        """The exit code and the output of one command, in the domain's realm or in a management realm. Libraries of the shell
        complain on stderr of one another: of that, only what looks like an error of a call is taken."""
        where = ["--realm", realm] if realm else []
        done = subprocess.run([CROSSBAR, "shell", "--dotdir", self.directory, *where, *command], capture_output=True,
                              text=True, timeout=120, stdin=subprocess.DEVNULL)
        errors = [line for line in done.stderr.splitlines() if re.search(r"[\[<=](fabric|crossbar|wamp)[.]", line)]
        return done.returncode, done.stdout + "\n".join(errors)


def keys_of(email):
    """The two halves of a new key, as the shell writes them."""
    key = SigningKey.generate()
    public = ("creator: test@localhost\ncreated-at: 2026-01-01T00:00:00.000Z\nuser-id: " + email
              + "\npublic-key-ed25519: " + key.verify_key.encode().hex() + "\n")
    return {"pub": "Crossbar.io user public key\n\n" + public,
            "priv": "Crossbar.io user private key - KEEP THIS SAFE!\n\n" + public
                    + "private-key-ed25519: " + key.encode().hex() + "\n"}


class Edge:
    """A node of the original with a key of its own, not yet started."""

    def __init__(self, master, name):
        self.master = master
        self.name = name
        self.cbdir = master.directory / name / ".crossbar"
        self.cbdir.mkdir(parents=True)
        self.environment = dict(os.environ, CROSSBAR_NODE_ID=name, CROSSBAR_FABRIC_URL=master.url)
        subprocess.run([CROSSBAR, "edge", "keys", "--cbdir", self.cbdir], env=self.environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=120)
        self.pubkey = tag(self.cbdir / "key.pub", "public-key-ed25519")

    def start(self, shell, realm):
        """Starts it, paired as it is, and waits until all of its procedures can be called."""
        self.master.start(self.name, [CROSSBAR, "edge", "start", "--cbdir", self.cbdir], env=self.environment)
        until("the edge node online",
              lambda: self.name in shell("list", "nodes", "--online", "--names", realm=realm)[1])
        # A real edge node registers its procedures one by one.
        until("its procedures", lambda: shell("list", "workers", self.name, realm=realm)[0] == 0)
        until("its last procedure", lambda: self.master.bailiwick(
            "call", "--realm", realm, "crossbarfabriccenter.remote.node.utcnow", self.name))


class Screen:
    """A program on a terminal that is wide enough for it."""

    def __init__(self, command, environment, rows=60, columns=260):
        self.shown = b""
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.set_blocking(ours, False)
        self.terminal = ours
        self.process = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=environment, start_new_session=True)
        os.close(its)

    def has(self, *texts):
        """Whether all of these have been shown so far, in whatever places and colours."""
        try:
            while True:
                self.shown += os.read(self.terminal, 65536)
        except OSError:  # nothing more for now, or the program has left
            pass
        if all(text.encode() in self.shown for text in texts):
            return True
        if self.process.poll() is not None:
            raise AssertionError("it left: " + self.shown.decode(errors="replace"))
        return False

    def stop(self):
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)


class Commands(unittest.TestCase):
    """The commands in the order in which somebody would give them who sets up a node from nothing."""

    @classmethod
    def setUpClass(cls):
        cls.master = Master()
        cls.addClassCleanup(cls.master.stop)
        cls.master.run()
        cls.shell = staticmethod(Shell(cls.master))
        cls.edge = Edge(cls.master, "edge1")
        cls.pubkey = cls.edge.pubkey

    def said(self, *command, realm=None, has=()):
        """Runs a command that must succeed; its output, which must have some texts."""
        code, output = self.shell(*command, realm=realm)
        self.assertEqual(0, code, f"{command}: {output}")
        for text in (has,) if isinstance(has, str) else has:
            self.assertIn(text, output, command)
        return output

    def test_1_the_domain(self):
        self.said("show", "status", has=["com.crossbario.fabric", "domain"])
        self.said("show", "version", has="bailiwick_ver")
        self.said("show", "license", has="bailiwick")
        self.said("create", "mrealm", "plant", has="plant")
        self.said("list", "mrealms", "--names", has=["default", "plant"])
        self.said("list", "mrealms", has="-")
        self.said("show", "mrealm", "plant", has="plant")
        self.said("show", "status", realm="plant", has=["management", "plant"])

    def test_2_pairing(self):
        self.said("pair", "node", self.pubkey, "plant", "spare", has=["spare", self.pubkey])
        self.said("list", "nodes", "--names", realm="plant", has="spare")
        self.said("list", "nodes", "--offline", "--names", realm="plant", has="spare")
        self.said("unpair", "node", self.pubkey, has=self.pubkey)
        self.assertNotIn("spare", self.said("list", "nodes", "--names", realm="plant"))
        self.said("pair", "node", str(self.edge.cbdir / "key.pub"), "plant", "edge1", "--authextra", '{"site": "north"}',
                  has=["edge1", "north"])

    def test_3_a_node(self):
        self.edge.start(self.shell, "plant")
        self.said("show", "node", "edge1", realm="plant", has=["edge1", "online", self.pubkey])
        self.said("show", "node", realm="plant", has="edge1")

    def test_4_workers(self):
        self.said("start", "router-worker", "edge1", "worker1", realm="plant", has="worker1")
        self.said("list", "workers", "edge1", realm="plant", has="worker1")
        self.said("start", "router-realm", "edge1", "worker1", "realm1", realm="plant", has="realm1")
        self.said("list", "router-realms", "edge1", "worker1", realm="plant", has="realm1")
        transport = {"type": "rawsocket", "endpoint": {"type": "tcp", "interface": "127.0.0.1", "portrange": [21000, 21900]},
                     "serializers": ["cbor"]}
        self.said("start", "router-transport", "edge1", "worker1", "transport1", "--config", json.dumps(transport),
                  realm="plant", has="transport1")
        self.said("list", "router-transports", "edge1", "worker1", realm="plant", has="transport1")
        self.said("stop", "router-transport", "edge1", "worker1", "transport1", realm="plant", has="transport1")
        # The node's own answer, whatever it is: some releases of it stop the realm, others fail with its name.
        self.assertIn("realm1", self.shell("stop", "router-realm", "edge1", "worker1", "realm1", realm="plant")[1])
        self.said("stop", "worker", "edge1", "worker1", realm="plant", has="worker1")
        self.said("start", "container-worker", "edge1", "box1", realm="plant", has="box1")
        self.said("stop", "worker", "edge1", "box1", realm="plant", has="box1")
        self.said("start", "guest-worker", "edge1", "guest1", realm="plant", has="guest1")

    def refused(self, *command, error, realm=None):
        """Runs a command that ends with this error, whatever the shell's exit code says of it."""
        self.assertIn(error, self.shell(*command, realm=realm)[1], command)

    def test_5_what_a_node_answers_itself(self):
        self.said("start", "container-worker", "edge1", "box2", realm="plant", has="box2")
        # The shell sends a component that no node takes: it has no option for another one.
        self.refused("start", "container-component", "edge1", "box2", "component1", realm="plant",
                     error="crossbar.error.invalid_configuration")
        self.said("stop", "worker", "edge1", "box2", realm="plant", has="box2")
        self.said("start", "router-worker", "edge1", "web", realm="plant", has="web")
        transport = {"type": "web", "endpoint": {"type": "tcp", "interface": "127.0.0.1", "portrange": [22000, 22900]},
                     "paths": {"/": {"type": "nodeinfo"}}}
        self.said("start", "router-transport", "edge1", "web", "transport2", "--config", json.dumps(transport),
                  realm="plant", has="transport2")
        # Names of 2018 that are served here.
        self.said("show", "worker", "edge1", "web", realm="plant", has="web")
        self.said("show", "transport", "edge1", "web", "transport2", realm="plant", has="transport2")
        self.refused("show", "realm", "edge1", "web", "nothing", realm="plant", error="error.no_such")
        self.refused("show", "component", "edge1", "web", "nothing", realm="plant", error="error.")
        self.said("start", "webtransport-service", "edge1", "web", "transport2", "data", "--config",
                  json.dumps({"type": "json", "value": [1]}), realm="plant", has="data")
        self.said("stop", "worker", "edge1", "web", realm="plant", has="web")

    def test_6_what_is_not_there(self):
        # Another name of 2018, which nobody serves.
        self.refused("show", "fabric", realm="plant", error="wamp.error.no_such_procedure")

    @unittest.skip("this release of the shell has no such command")
    def test_7_stop_webtransport_service(self):
        self.said("stop", "webtransport-service", "edge1", "web", "transport2", "data", realm="plant")

    def test_7_docker(self):
        # The node's own answer, on a machine without Docker: it was reached, by its name.
        for command in (["list", "docker-images", "edge1"], ["list", "docker-containers", "edge1"],
                        ["show", "docker", "edge1"], ["show", "docker-image", "edge1", "i"],
                        ["show", "docker-container", "edge1", "c"], ["start", "docker-container", "edge1", "c"],
                        ["stop", "docker-container", "edge1", "c"], ["create", "docker-container", "edge1", "i"]):
            self.refused(*command, realm="plant", error="crossbar.error.feature_unavailable")

    def test_7_a_new_user(self):
        email = "carol@example.org"
        carol = Shell(self.master, "carol", keys_of(email))
        code, output = carol("auth", "--yes")
        self.assertEqual(0, code, output)
        code, output = carol("auth", "--new-code", "--yes")
        self.assertEqual(0, code, output)
        codes = self.master.bailiwick("call", "crossbarfabriccenter.user.list_activation_codes")
        given = [each["code"] for each in codes if each["authid"] == email]
        self.assertEqual(1, len(given), codes)
        code, output = carol("auth", "--code", given[0], "--yes")
        self.assertEqual(0, code, output)
        code, output = carol("list", "mrealms", "--names")
        self.assertEqual(0, code, output)
        self.assertNotIn("plant", output)

    def test_8_the_end(self):
        code, output = self.shell("delete", "mrealm", "plant")
        self.assertIn("dependent_objects", output, "a realm with nodes is not deleted unasked")
        self.said("delete", "mrealm", "plant", "--cascade", has="plant")
        self.assertNotIn("plant", self.said("list", "mrealms", "--names"))

    def test_9_monitor(self):
        """The table of the default realm's nodes. This command knows no --dotdir: its profile is below the user's home."""
        edge = Edge(self.master, "edge2")
        self.said("pair", "node", edge.pubkey, "default", "edge2", has="edge2")
        edge.start(self.shell, "default")
        self.said("start", "router-worker", "edge2", "worker1", realm="default", has="worker1")
        self.said("start", "router-realm", "edge2", "worker1", "realm1", realm="default", has="realm1")
        node = self.master.bailiwick("call", "--realm", "default", "crossbarfabriccenter.mrealm.get_node_by_authid", "edge2")
        home = self.master.directory / "home"
        shutil.copytree(self.master.directory / "shell", home / ".crossbar")
        screen = Screen([CROSSBAR, "shell", "monitor"], dict(os.environ, HOME=str(home), TERM="xterm-256color"))
        self.addCleanup(screen.stop)
        # A row is shown when all calls for it were answered, down to the statistics of each router realm; else it ends.
        until("a row of the node", lambda: screen.has("Mgmt Realm", "Crossbar.io", "edge2", node["oid"], "online", "second"))


if __name__ == "__main__":
    unittest.main()
