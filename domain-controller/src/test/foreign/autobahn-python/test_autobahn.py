"""Autobahn|Python on asyncio against the router: each serializer, over WebSocket and RawSocket, with cryptosign."""

import asyncio
import os
import subprocess
import sys
import tempfile
import unittest

from autobahn.asyncio.component import Component
from autobahn.wamp import cryptosign
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import PublishOptions, SubscribeOptions

from master import Master


class AutobahnAsyncio(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.master = Master()
        cls.addClassCleanup(cls.master.stop)
        cls.master.run()

    def component(self, serializer, rawsocket=False, realm="default", seed=None):
        host, port = self.master.url.removeprefix("ws://").removesuffix("/ws").split(":")
        if rawsocket:
            transport = {"type": "rawsocket", "url": f"rs://{host}:{port}", "serializer": serializer,
                         "endpoint": {"type": "tcp", "host": host, "port": int(port)}, "max_retries": 0}
        else:
            transport = {"type": "websocket", "url": self.master.url, "serializers": [serializer], "max_retries": 0}
        return Component(
            transports=[transport], realm=realm,
            authentication={"cryptosign": {"privkey": seed or self.master.seed, "authid": "superuser"}})

    def in_session(self, component, work):
        """Runs work(session) in one joined session; its result."""
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        outcome = loop.create_future()

        @component.on_join
        async def joined(session, details):
            try:
                outcome.set_result(await asyncio.wait_for(work(session, details), 30))
            except BaseException as failure:
                outcome.set_exception(failure)
            session.leave()

        async def both():
            running = asyncio.ensure_future(asyncio.wait_for(component.start(loop=loop), 60))
            done, _ = await asyncio.wait([running, outcome], return_when=asyncio.FIRST_COMPLETED)
            if outcome not in done:
                running.result()
                raise AssertionError("the session ended before it joined")
            result = outcome.result()
            await asyncio.wait([running], timeout=10)
            return result

        try:
            return loop.run_until_complete(both())
        finally:
            loop.close()

    def test_rpc_and_pubsub_in_every_serializer(self):
        for rawsocket in (False, True):
            for serializer in ("json", "msgpack", "cbor"):
                with self.subTest(serializer=serializer, rawsocket=rawsocket):
                    async def work(session, details):
                        self.assertEqual("superuser", details.authid)
                        prefix = f"com.example.python.{serializer}."

                        def fail():
                            raise ApplicationError("com.example.error.no", "no", why="because")

                        await session.register(lambda a, b: a + b, prefix + "add")
                        await session.register(fail, prefix + "fail")
                        self.assertEqual(42, await session.call(prefix + "add", 2, 40))
                        with self.assertRaises(ApplicationError) as caught:
                            await session.call(prefix + "fail")
                        self.assertEqual("com.example.error.no", caught.exception.error)
                        events = asyncio.Queue()
                        await session.subscribe(lambda *args, **kwargs: events.put_nowait((args, kwargs)), prefix,
                                                SubscribeOptions(match="prefix"))
                        await session.publish(prefix + "tick", "ü", 2**60, at=1.5,
                                              options=PublishOptions(acknowledge=True, exclude_me=False))
                        return await asyncio.wait_for(events.get(), 10)

                    self.assertEqual((("ü", 2**60), {"at": 1.5}),
                                     self.in_session(self.component(serializer, rawsocket), work))

    def test_management_calls(self):
        async def work(session, details):
            status = await session.call("crossbarfabriccenter.domain.get_status")
            names = await session.call("crossbarfabriccenter.mrealm.list_mrealms", return_names=True)
            return status["type"], names

        kind, names = self.in_session(self.component("cbor", realm="com.crossbario.fabric"), work)
        self.assertEqual("domain", kind)
        self.assertIn("default", names)


class Shell(unittest.TestCase):
    """The original's own management shell, unmodified."""

    def test_show_list_create_delete(self):
        crossbar = os.path.join(os.path.dirname(sys.executable), "crossbar")
        master = Master()
        try:
            master.run()
            with tempfile.TemporaryDirectory() as dotdir:
                for half in ("priv", "pub"):
                    with open(os.path.join(dotdir, "default." + half), "w") as copy:
                        copy.write((master.key.parent / ("superuser." + half)).read_text())
                    os.chmod(os.path.join(dotdir, "default." + half), 0o600)
                with open(os.path.join(dotdir, "config.ini"), "w") as config:
                    config.write(f"[default]\nurl={master.url}\nprivkey=default.priv\npubkey=default.pub\n")

                def shell(*command):
                    done = subprocess.run([crossbar, "shell", "--dotdir", dotdir, *command], capture_output=True,
                                          text=True, timeout=120, stdin=subprocess.DEVNULL)
                    return done.stdout + done.stderr

                self.assertIn("com.crossbario.fabric", shell("show", "status"))
                self.assertIn("from-shell", shell("create", "mrealm", "from-shell"))
                self.assertIn("from-shell", shell("list", "mrealms", "--names"))
                self.assertIn("from-shell", shell("delete", "mrealm", "from-shell"))
                self.assertNotIn("from-shell", shell("list", "mrealms", "--names"))
        finally:
            master.stop()

    def test_register_with_a_code(self):
        crossbar = os.path.join(os.path.dirname(sys.executable), "crossbar")
        master = Master()
        try:
            master.run()
            with tempfile.TemporaryDirectory() as dotdir:
                key = cryptosign.CryptosignKey.from_bytes(os.urandom(32))
                for half in ("priv", "pub"):
                    lines = (master.key.parent / ("superuser." + half)).read_text().splitlines()
                    values = {"user-id": "joe@example.org", "public-key-ed25519": key.public_key(),
                              "private-key-ed25519": key._key.encode().hex()}
                    name = os.path.join(dotdir, "default." + half)
                    with open(name, "w") as file:
                        for line in lines:
                            tag = line.split(":")[0]
                            file.write((f"{tag}: {values[tag]}" if tag in values else line) + "\n")
                    os.chmod(name, 0o600)
                with open(os.path.join(dotdir, "config.ini"), "w") as config:
                    config.write(f"[default]\nurl={master.url}\nprivkey=default.priv\npubkey=default.pub\n")

                def shell(*command):
                    done = subprocess.run([crossbar, "shell", "--dotdir", dotdir, *command], capture_output=True,
                                          text=True, timeout=120, stdin=subprocess.DEVNULL)
                    return done.returncode, done.stdout + done.stderr

                code, said = shell("auth")
                self.assertEqual(0, code, said)
                self.assertIn("joe@example.org", said)
                self.assertEqual(0, shell("auth")[0], "the code is pending")
                self.assertEqual(1, shell("auth", "--code", "AAAA-AAAA-AAAA")[0])
                row = master.bailiwick("user", "codes")[0]
                code, said = shell("auth", "--code", row["code"])
                self.assertEqual(0, code, said)
                self.assertIn("com.crossbario.fabric", shell("show", "status")[1])
                self.assertEqual(row["pubkey"], master.bailiwick("user", "keys", "joe@example.org")[0]["pubkey"])
        finally:
            master.stop()


if __name__ == "__main__":
    unittest.main()
