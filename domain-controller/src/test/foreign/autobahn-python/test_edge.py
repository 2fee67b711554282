"""A real Crossbar.io edge node, unmodified, managed by a Bailiwick master."""

import os
import subprocess
import sys
import unittest

from master import Master, tag, until

CROSSBAR = os.path.join(os.path.dirname(sys.executable), "crossbar")


class EdgeNode(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.master = Master()
        cls.addClassCleanup(cls.master.stop)
        cls.master.run()
        cls.cbdir = cls.master.directory / "edge" / ".crossbar"
        cls.cbdir.mkdir(parents=True)
        environment = dict(os.environ, CROSSBAR_NODE_ID="edge1", CROSSBAR_FABRIC_URL=cls.master.url)
        cls.environment = environment
        subprocess.run([CROSSBAR, "edge", "keys", "--cbdir", cls.cbdir], env=environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=120)

    def start_edge(self, name):
        return self.master.start(name, [CROSSBAR, "edge", "start", "--cbdir", self.cbdir], env=self.environment)

    def test_1_an_edge_node_that_is_not_paired_waits_and_comes_up_by_itself_when_it_is_approved(self):
        edge = self.start_edge("edge")
        waiting = until("the edge node waits", lambda: self.master.bailiwick("node", "waiting") or None)
        self.assertEqual([tag(self.cbdir / "key.pub", "public-key-ed25519")], [node["pubkey"] for node in waiting])
        # It goes on knocking.
        until("another knock", lambda: self.master.bailiwick("node", "waiting")[0]["attempts"] > 1)
        self.assertIsNone(edge.poll())
        paired = self.master.bailiwick("node", "approve", waiting[0]["words"], "default", "edge1")
        self.assertEqual("edge1", paired["authid"])
        EdgeNode.paired = paired

    def test_2_a_paired_edge_node_is_managed(self):
        paired = EdgeNode.paired
        nodes = until(
            "the edge node online",
            lambda: self.master.bailiwick("node", "list", "default", "--status", "online") or None)
        self.assertEqual(["edge1"], [node["authid"] for node in nodes])

        def remote(procedure, *arguments):
            return self.master.bailiwick(
                "call", "--realm", "default", "crossbarfabriccenter.remote.node." + procedure, paired["oid"], *arguments)

        status = until("its status", lambda: remote("get_status"))
        self.assertEqual("default", status["management_realm"])
        self.assertEqual("edge1", status["management_node_id"])
        self.assertEqual(tag(self.cbdir / "key.pub", "public-key-ed25519"), status["pubkey"].removeprefix("0x"))
        # Its procedures come one by one.
        stats = until("its figures", lambda: remote("get_system_stats"))
        self.assertGreater(stats["memory"]["total"], 0)

        # Workers start and stop through us: dozens of registrations, progressive results and events on the real wire.
        until("its workers", lambda: remote("get_workers") is not None)
        until("its last procedure", lambda: remote("utcnow"))
        remote("start_worker", "worker1", "router", "{}")
        self.assertIn("worker1", remote("get_workers"))
        self.assertEqual("router", remote("get_worker", "worker1")["type"])

        # What the table has of workers, what it asks of the node in their place, and what it does not have.
        def call(procedure, *arguments):
            return self.master.bailiwick("call", "--realm", "default", procedure, "edge1", *arguments)

        until("its worker's procedures", lambda: call("crossbarfabriccenter.remote.worker.utcnow", "worker1"))
        status = call("crossbarfabriccenter.remote.worker.get_status", "worker1")
        self.assertEqual("router", status["type"])
        self.assertEqual([], until("its last procedure", lambda: call(
            "crossbarfabriccenter.remote.tracing.get_traces", "worker1")))
        self.assertTrue(call("io.bailiwick.mrealm.call_node", "worker.worker1.started"))
        remote("stop_worker", "worker1")

        beats = until("a stored heartbeat", lambda: self.master.bailiwick(
            "call", "--realm", "default", "io.bailiwick.mrealm.get_heartbeats", "edge1") or None)
        self.assertGreaterEqual(beats[0]["seq"], 1)
        series = self.master.bailiwick(
            "call", "--realm", "default", "io.bailiwick.mrealm.get_heartbeat_series", "edge1")
        self.assertGreaterEqual(series["heartbeats"], 1)
        self.assertGreater(max(share or 0 for share in series["figures"]["memory.percent"]["max"]), 0)


if __name__ == "__main__":
    unittest.main()
