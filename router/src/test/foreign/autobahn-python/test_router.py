"""Autobahn|Python against a running router; once on asyncio and once on Twisted (framework.py)."""

import base64
import http.client
import json
import threading
import unittest

from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import CallOptions, CallResult, PublishOptions, RegisterOptions, SubscribeOptions

import framework
from framework import promise, resolve, until
from router import Router, conforms

SECRET = "secret-of-tests"
SEED = "11" * 32
ACKNOWLEDGE = PublishOptions(acknowledge=True)


class Case(unittest.TestCase):
    """One router for all; a test is a coroutine on the framework's own thread."""

    router = None

    def setUp(self):
        self.sessions = []

    def tearDown(self):
        async def leave():
            for session in self.sessions:
                if session.is_attached():
                    session.leave()
            await until("all to leave", lambda: not any(session.is_attached() for session in self.sessions))

        framework.run(leave())

    def _callTestMethod(self, method):
        framework.run(method())

    def transport(self, kind="websocket", serializer="cbor"):
        port = self.router.ports["main"]
        endpoint = {"type": "tcp", "host": "127.0.0.1", "port": port}
        if kind == "unix":
            endpoint = {"type": "unix", "path": self.router.unix}
        elif kind in ("tls", "newest"):
            tls = framework.trust(self.router.certificate)
            endpoint = {"type": "tcp", "host": "localhost", "port": self.router.ports[kind], "tls": tls}
        if kind in ("websocket", "tls", "newest"):
            scheme, host = ("ws", "127.0.0.1") if kind == "websocket" else ("wss", "localhost")
            return {"type": "websocket", "url": f"{scheme}://{host}:{endpoint['port']}/ws",
                    "serializers": [serializer.removesuffix(".batched")], "endpoint": endpoint, "max_retries": 0}
        return {"type": "rawsocket", "url": f"rs://127.0.0.1:{port}", "serializer": serializer,
                "endpoint": endpoint, "max_retries": 0}

    async def join(self, kind="websocket", serializer="cbor", realm="test", **authentication):
        """A session that has joined; its WELCOME as session.welcome, how it ended as session.ended, a promise."""
        component = framework.Component(
            transports=[self.transport(kind, serializer)], realm=realm,
            authentication=authentication or {"anonymous": {}})
        # Batches are in the library, but the component's own check does not know their names.
        component._transports[0].serializers = [serializer]
        joined, ended = promise(), promise()

        @component.on_join
        def on_join(session, details):
            session.welcome, session.ended = details, ended
            resolve(joined, session)

        @component.on_leave
        def on_leave(session, details):
            framework.reject(joined, ApplicationError(details.reason, details.message))
            resolve(ended, details)

        framework.when_failed(framework.start(component), lambda failure: framework.reject(joined, failure))
        session = await joined
        self.sessions.append(session)
        return session

    async def refused(self, error, awaitable):
        try:
            value = await awaitable
        except ApplicationError as failure:
            self.assertEqual(error, failure.error, failure)
            return failure
        self.fail(f"expected {error}, but found {value}")

    async def events(self, session, topic, **options):
        """What comes for a subscription: a list of (args, kwargs, details)."""
        found = []

        def heard(*args, details, **kwargs):
            found.append((list(args), kwargs, details))

        await session.subscribe(heard, topic, SubscribeOptions(details=True, **options))
        return found


    def ask(self, path, body, ticket=SECRET):
        """Posts to a bridge by Python's http.client; a list that gets status and body when they come."""
        answer = []

        def post():
            connection = http.client.HTTPConnection("127.0.0.1", self.router.ports["main"], timeout=20)
            credentials = base64.b64encode(f"tina:{ticket}".encode()).decode()
            connection.request("POST", path, json.dumps(body),
                               {"Content-Type": "application/json", "Authorization": "Basic " + credentials})
            response = connection.getresponse()
            answer.append([response.status, json.loads(response.read())])
            connection.close()

        threading.Thread(target=post).start()
        return answer


class Login(Case):
    async def logs_in(self, method, authid, wrong=None, kind="websocket", **how):
        session = await self.join(kind, **{method: {"authid": authid, **how}})
        welcome = session.welcome
        self.assertEqual((authid, "user", method, "test"),
                         (welcome.authid, welcome.authrole, welcome.authmethod, welcome.realm))
        if wrong:
            await self.refused("wamp.error.authentication_failed",
                               self.join(kind, **{method: {"authid": authid, **how, **wrong}}))
        return session

    @conforms("ANONYMOUS")
    async def test_anonymous(self):
        welcome = (await self.join()).welcome
        self.assertEqual(("anonymous", "guest"), (welcome.authmethod, welcome.authrole))

    @conforms("TICKET")
    async def test_ticket(self):
        session = await self.logs_in("ticket", "tina", {"ticket": "another"}, ticket=SECRET)
        self.assertEqual(4, session.welcome.authextra["desk"])

    @conforms("WAMPCRA")
    async def test_wampcra_plain_and_salted(self):
        for authid in ("paul", "sally"):
            await self.logs_in("wampcra", authid, {"secret": "another"}, secret=SECRET)

    @conforms("SCRAM_OF_AUTOBAHN")
    async def test_scram_with_argon2id(self):
        await self.logs_in("scram", "scott", {"password": "another"},
                           password=SECRET, nonce="", kdf="argon2id-13")

    @conforms("CRYPTOSIGN")
    async def test_cryptosign(self):
        await self.logs_in("cryptosign", "kate", {"privkey": "22" * 32}, privkey=SEED)

    @conforms("CRYPTOSIGN", "ASSIGNED_REALM")
    async def test_cryptosign_without_realm_and_authid(self):
        session = await self.join(realm=None, cryptosign={"privkey": SEED})
        self.assertEqual(("test", "kate"), (session.welcome.realm, session.welcome.authid))

    @conforms("CRYPTOSIGN", "TLS")
    async def test_cryptosign_over_tls_without_a_binding(self):
        for kind in ("tls", "newest"):
            await self.logs_in("cryptosign", "kate", {"privkey": "22" * 32}, kind, privkey=SEED)

    @conforms("CRYPTOSIGN", "CHANNEL_BINDING", "TLS")
    async def test_cryptosign_bound_to_its_channel(self):
        binding = {"channel_binding": "tls-unique"}
        for _ in range(2):
            await self.logs_in("cryptosign", "kate", None, "tls", privkey=SEED, authextra=dict(binding))

    @conforms("CHANNEL_BINDING")
    async def test_a_binding_that_the_channel_does_not_have_is_refused(self):
        for kind in ("websocket", "newest"):
            with self.assertRaises(ApplicationError):
                await self.join(kind, cryptosign={
                    "authid": "kate", "privkey": SEED, "authextra": {"channel_binding": "tls-unique"}})

    @conforms("LIFECYCLE")
    async def test_a_realm_that_is_not_there(self):
        await self.refused("wamp.error.no_such_realm", self.join(realm="nowhere"))

    @conforms("LIFECYCLE")
    async def test_goodbye(self):
        session = await self.join()
        session.leave("com.example.enough")
        self.assertEqual("wamp.close.goodbye_and_out", (await session.ended).reason)


class Transports(Case):
    async def carries(self, kind, serializer):
        values = ["ü€𝄞", 2**60, -1, 1.5, True, None, [], {}, [[{"deep": [1, {"er": "x"}]}]]]
        if not serializer.startswith("json"):
            values.append(b"\x00\xff")
        far, near = await self.join(kind, serializer), await self.join("websocket", "msgpack")
        prefix = f"com.example.{kind}.{serializer}"
        await far.register(lambda *args, **kwargs: CallResult(*args, **kwargs), prefix)
        result = await near.call(prefix, *values, key=values)
        self.assertEqual((values, {"key": values}), (list(result.results), result.kwresults))
        events = await self.events(far, prefix)
        await near.publish(prefix, *values, key=1, options=ACKNOWLEDGE)
        await until("the event", lambda: events)
        self.assertEqual((values, {"key": 1}), events[0][:2])
        large = "x" * 300_000
        self.assertEqual(large, await near.call(prefix, large))
        # Many at once, so that batches come about where there are batches.
        calls = [far.call(prefix, i) for i in range(50)]
        self.assertEqual(list(range(50)), [await call for call in calls])

    @conforms("WEBSOCKET", "JSON", "MSGPACK", "CBOR")
    async def test_websocket(self):
        for serializer in ("json", "msgpack", "cbor"):
            await self.carries("websocket", serializer)

    @conforms("WEBSOCKET", "BATCHED")
    async def test_websocket_batched(self):
        for serializer in ("json.batched", "msgpack.batched", "cbor.batched"):
            await self.carries("websocket", serializer)

    @conforms("RAWSOCKET", "ONE_PORT")
    async def test_rawsocket(self):
        for serializer in ("json", "msgpack", "cbor"):
            await self.carries("rawsocket", serializer)

    @conforms("RAWSOCKET", "UNIX_SOCKET")
    async def test_unix(self):
        for serializer in ("json", "msgpack", "cbor"):
            await self.carries("unix", serializer)

    @conforms("WEBSOCKET", "TLS")
    async def test_tls(self):
        await self.carries("tls", "cbor")
        await self.carries("newest", "json")


class Calls(Case):
    @conforms("REGISTER_AND_CALL")
    async def test_calls_and_errors(self):
        callee, caller = await self.join(), await self.join("rawsocket", "msgpack")

        def fail():
            raise ApplicationError("com.example.error.no", "no", 1, why="because")

        registration = await callee.register(lambda a, b: a + b, "com.example.add")
        await callee.register(fail, "com.example.fail")
        self.assertEqual(42, await caller.call("com.example.add", 2, 40))
        failure = await self.refused("com.example.error.no", caller.call("com.example.fail"))
        self.assertEqual((("no", 1), {"why": "because"}), (failure.args, failure.kwargs))
        await self.refused("wamp.error.procedure_already_exists", caller.register(fail, "com.example.add"))
        await registration.unregister()
        await self.refused("wamp.error.no_such_procedure", caller.call("com.example.add", 2, 40))
        await self.refused("wamp.error.not_authorized", caller.call("com.example.closed.it"))

    @conforms("PROGRESSIVE_CALL_RESULTS")
    async def test_progressive_results(self):
        callee, caller = await self.join(), await self.join()

        def count(to, details):
            for i in range(1, to):
                details.progress(i)
            return to

        await callee.register(count, "com.example.count", RegisterOptions(details=True))
        seen = []
        last = await caller.call("com.example.count", 5, options=CallOptions(on_progress=seen.append))
        self.assertEqual([1, 2, 3, 4, 5], seen + [last])

    @conforms("CALL_TIMEOUT")
    async def test_a_timeout_is_in_milliseconds(self):
        callee, caller = await self.join(), await self.join()
        gate = promise()
        await callee.register(lambda: gate, "com.example.slow")
        await self.refused("wamp.error.timeout", caller.call("com.example.slow", options=CallOptions(timeout=150)))
        resolve(gate, "late")
        await callee.register(lambda: "soon", "com.example.soon")
        self.assertEqual("soon", await caller.call("com.example.soon", options=CallOptions(timeout=10_000)))

    @conforms("CALL_CANCELING")
    async def test_a_call_that_is_canceled_ends(self):
        callee, caller = await self.join(), await self.join()
        gate, begun = promise(), []

        def wait():
            begun.append(1)
            return gate

        await callee.register(wait, "com.example.wait")
        await callee.register(lambda: "more", "com.example.more")
        call = caller.call("com.example.wait")
        await until("the call", lambda: begun)
        call.cancel()
        try:
            await call
            self.fail("expected the call to end")
        except BaseException as failure:
            self.assertIn(type(failure).__name__, ("CancelledError", "ApplicationError"))
        self.assertEqual("more", await caller.call("com.example.more"))

    @conforms("PATTERN_BASED_REGISTRATION")
    async def test_the_best_pattern_answers(self):
        callee, caller = await self.join(), await self.join()
        patterns = [("com.pattern.a1.b2.c3", "exact"), ("com.pattern.a1.b2", "prefix"), ("com.pattern.a1", "prefix"),
                    ("com.pattern.x..z", "wildcard"), ("com.pattern..y.z", "wildcard")]
        for uri, match in patterns:
            await callee.register(lambda details, uri=uri: [uri, details.procedure], uri,
                                  RegisterOptions(match=match, details=True))
        for uri, at in {"com.pattern.a1.b2.c3": 0, "com.pattern.a1.b2.c4": 1, "com.pattern.a1.c": 2,
                        "com.pattern.x.y.z": 3, "com.pattern.q.y.z": 4}.items():
            self.assertEqual([patterns[at][0], uri], await caller.call(uri))
        await self.refused("wamp.error.no_such_procedure", caller.call("com.pattern.q.q.q"))

    @conforms("SHARED_REGISTRATION")
    async def test_shared_registrations(self):
        caller = await self.join()
        callees = [await self.join() for _ in range(3)]
        for invoke, expected in {"first": "aaaa", "last": "cccc", "roundrobin": "abca"}.items():
            for name, callee in zip("abc", callees):
                await callee.register(lambda name=name: name, f"com.shared.{invoke}", RegisterOptions(invoke=invoke))
            self.assertEqual(expected, "".join([await caller.call(f"com.shared.{invoke}") for _ in range(4)]))
        for name, callee in zip("abc", callees):
            await callee.register(lambda name=name: name, "com.shared.random", RegisterOptions(invoke="random"))
        answers = {await caller.call("com.shared.random") for _ in range(100)}
        self.assertEqual({"a", "b", "c"}, answers)

    @conforms("FORCE_REREGISTER", "REGISTRATION_REVOCATION")
    async def test_a_registration_is_taken_over(self):
        old, new = [await self.join(ticket={"authid": "tina", "ticket": SECRET}) for _ in range(2)]
        await old.register(lambda: "old", "com.example.mine")
        await new.register(lambda: "new", "com.example.mine", RegisterOptions(force_reregister=True))
        self.assertEqual("new", await old.call("com.example.mine"))

    @conforms("CONCURRENCY")
    async def test_no_more_calls_at_once_than_a_callee_wants(self):
        callee, caller = await self.join(), await self.join()
        running, most, gates = [0], [0], []

        async def work(i):
            running[0] += 1
            most[0] = max(most[0], running[0])
            gate = promise()
            gates.append(gate)
            await gate
            running[0] -= 1
            return i

        await callee.register(work, "com.example.work", RegisterOptions(concurrency=2))
        calls = [caller.call("com.example.work", i) for i in range(6)]
        for done in range(6):
            await until("the next call", lambda: len(gates) > done)
            resolve(gates[done], None)
        self.assertEqual([0, 1, 2, 3, 4, 5], [await call for call in calls])
        self.assertEqual(2, most[0])

    @conforms("CALLER_IDENTIFICATION")
    async def test_a_role_may_be_made_known(self):
        callee, caller = await self.join(), await self.join()

        def who(details):
            return [details.caller, details.caller_authrole]

        await callee.register(who, "com.example.who", RegisterOptions(details=True))
        await callee.register(who, "com.example.disclosed.who", RegisterOptions(details=True))
        self.assertEqual([None, None], await caller.call("com.example.who"))
        self.assertEqual([caller.welcome.session, "guest"], await caller.call("com.example.disclosed.who"))

    @conforms("CALLEE_LEAVES")
    async def test_the_callee_leaves(self):
        callee, caller = await self.join(), await self.join()

        def leave():
            callee.disconnect()
            return promise()

        await callee.register(leave, "com.example.leave")
        await self.refused("wamp.error.canceled", caller.call("com.example.leave"))


class Events(Case):
    @conforms("PUBLISH_AND_SUBSCRIBE", "ACKNOWLEDGE", "PUBLISHER_EXCLUSION")
    async def test_events(self):
        publisher, subscriber = await self.join(), await self.join("rawsocket", "json")
        own, events = await self.events(publisher, "com.example.news"), await self.events(subscriber, "com.example.news")
        publication = await publisher.publish("com.example.news", "one", two=3, options=ACKNOWLEDGE)
        await publisher.publish("com.example.news", "own", options=PublishOptions(acknowledge=True, exclude_me=False))
        await until("the events", lambda: len(events) == 2 and own)
        self.assertEqual((["one"], {"two": 3}, publication.id), events[0][:2] + (events[0][2].publication,))
        self.assertEqual([["own"]], [args for args, _, _ in own])
        await self.refused("wamp.error.not_authorized",
                           publisher.publish("com.example.closed.news", options=ACKNOWLEDGE))

    @conforms("SUBSCRIBER_BLACKWHITE_LISTING")
    async def test_lists_choose_who_hears(self):
        publisher = await self.join()
        tina = await self.join(ticket={"authid": "tina", "ticket": SECRET})
        guest = await self.join()
        heard = [await self.events(session, "com.example.lists") for session in (tina, guest)]
        cases = [
            (dict(exclude=[tina.welcome.session]), "01"), (dict(exclude_authid=["tina"]), "01"),
            (dict(exclude_authrole=["guest"]), "10"), (dict(eligible=[guest.welcome.session]), "01"),
            (dict(eligible_authid=["tina"]), "10"), (dict(eligible_authrole=["user", "guest"]), "11"),
            (dict(eligible_authrole=["user"], exclude_authid=["tina"]), "00")]
        for i, (options, _) in enumerate(cases):
            await publisher.publish("com.example.lists", i, options=PublishOptions(acknowledge=True, **options))
        await publisher.publish("com.example.lists", "end", options=ACKNOWLEDGE)
        await until("the end", lambda: all(events and events[-1][0] == ["end"] for events in heard))
        for i, (options, expected) in enumerate(cases):
            found = "".join(str(int([i] in [args for args, _, _ in events])) for events in heard)
            self.assertEqual(expected, found, options)

    @conforms("PATTERN_BASED_SUBSCRIPTION", "ORDERING")
    async def test_patterns(self):
        publisher, subscriber = await self.join(), await self.join()
        prefix = await self.events(subscriber, "com.pattern.", match="prefix")
        wildcard = await self.events(subscriber, "com.pattern..b", match="wildcard")
        for i in range(200):
            publisher.publish(f"com.pattern.t{i % 5}.b", i)
        await until("all", lambda: len(prefix) == 200 and len(wildcard) == 200)
        for events in (prefix, wildcard):
            self.assertEqual([[i] for i in range(200)], [args for args, _, _ in events])
            self.assertEqual("com.pattern.t3.b", events[3][2].topic)

    @conforms("EVENT_RETENTION")
    async def test_retained_events(self):
        publisher, subscriber = await self.join(), await self.join()
        for i in range(2):
            await publisher.publish("com.example.kept", i, options=PublishOptions(acknowledge=True, retain=True))
        events = await self.events(subscriber, "com.example.kept", get_retained=True)
        await until("the event", lambda: events)
        self.assertEqual(([1], True), (events[0][0], events[0][2].retained))

    @conforms("ACKNOWLEDGE")
    async def test_events_that_are_acknowledged_come_once(self):
        publisher, subscriber = await self.join(), await self.join()
        events = await self.events(subscriber, "com.example.once")
        for i in range(20):
            await publisher.publish("com.example.once", i, options=ACKNOWLEDGE)
        await until("all", lambda: len(events) == 20)
        self.assertEqual(20, len({details.publication for _, _, details in events}))

    @conforms("ACKNOWLEDGED_DELIVERY")
    async def test_a_publisher_hears_when_all_subscribers_have_handled_the_event(self):
        """The library sends EVENT_RECEIVED when the handler is done; its PUBLISH cannot ask for it, the bridge's can."""
        subscribers = [await self.join(), await self.join("rawsocket", "msgpack")]
        handled, heard = [promise(), promise()], []

        def handler(i):
            def handle(text):
                heard.append((i, text))
                return handled[i]

            return handle

        for i, subscriber in enumerate(subscribers):
            await subscriber.subscribe(handler(i), "com.example.confirmed")
        answer = self.ask("/publish", {"topic": "com.example.confirmed", "args": ["once"],
                                       "options": {"x_acknowledged_delivery": True}})
        await until("both to hear it", lambda: len(heard) == 2)
        self.assertEqual([(0, "once"), (1, "once")], sorted(heard))
        resolve(handled[0], None)
        for _ in range(5):
            await subscribers[0].call("wamp.session.count")
        self.assertEqual([], answer, "one of them has not handled it yet")
        resolve(handled[1], None)
        await until("the answer", lambda: answer)
        self.assertEqual(200, answer[0][0])

    @conforms("EVENT_HISTORY")
    async def test_history(self):
        publisher, reader = await self.join(), await self.join()
        subscription = await reader.subscribe(lambda *args: None, "com.example.history.", SubscribeOptions(match="prefix"))
        for i in range(5):
            await publisher.publish("com.example.history.it", i, options=ACKNOWLEDGE)
        kept = await reader.call("wamp.subscription.get_events", subscription.id, limit=3, reverse=True)
        self.assertEqual([[4], [3], [2]], [event["args"] for event in kept.results])

    @conforms("SESSION_TESTAMENT")
    async def test_testaments(self):
        subscriber, dying = await self.join(), await self.join("rawsocket")
        events = await self.events(subscriber, "com.last.words")
        await dying.call("wamp.session.add_testament", "com.last.words", ["dropped"], {})
        await dying.call("wamp.session.flush_testaments")
        await dying.call("wamp.session.add_testament", "com.last.words", ["good"], {"bye": True})
        dying._transport.abort()
        await until("the words", lambda: events)
        self.assertEqual([(["good"], {"bye": True})], [event[:2] for event in events])


class Meta(Case):
    @conforms("SESSION_META_API")
    async def test_sessions(self):
        watcher = await self.join(ticket={"authid": "tina", "ticket": SECRET})
        joins, leaves = [await self.events(watcher, f"wamp.session.{name}") for name in ("on_join", "on_leave")]
        other = await self.join()
        await until("the join", lambda: any(args[0]["session"] == other.welcome.session for args, _, _ in joins))
        self.assertGreaterEqual(await watcher.call("wamp.session.count"), 2)
        self.assertIn(other.welcome.session, await watcher.call("wamp.session.list"))
        got = await watcher.call("wamp.session.get", other.welcome.session)
        self.assertEqual(("guest", "anonymous"), (got["authrole"], got["authmethod"]))
        await watcher.call("wamp.session.kill", other.welcome.session, reason="com.example.out", message="out")
        details = await other.ended
        self.assertEqual(("com.example.out", "out"), (details.reason, details.message))
        await until("the leave", lambda: other.welcome.session in [args[0] for args, _, _ in leaves])
        await self.refused("wamp.error.no_such_session", watcher.call("wamp.session.get", other.welcome.session))

    @conforms("REGISTRATION_META_API", "SUBSCRIPTION_META_API")
    async def test_registrations_and_subscriptions(self):
        session, asker = await self.join(), await self.join()
        registration = await session.register(lambda: 1, "com.meta.", RegisterOptions(match="prefix"))
        subscription = await session.subscribe(lambda: 1, "com.meta.", SubscribeOptions(match="prefix"))
        ids = {"registration": registration.id, "subscription": subscription.id}
        for kind, members in {"registration": "callees", "subscription": "subscribers"}.items():
            found = await asker.call(f"wamp.{kind}.lookup", "com.meta.", {"match": "prefix"})
            self.assertEqual(ids[kind], found)
            self.assertIsNone(await asker.call(f"wamp.{kind}.lookup", "com.meta."))
            self.assertIn(found, (await asker.call(f"wamp.{kind}.list"))["prefix"])
            self.assertEqual("com.meta.", (await asker.call(f"wamp.{kind}.get", found))["uri"])
            self.assertEqual([session.welcome.session], await asker.call(f"wamp.{kind}.list_{members}", found))
            self.assertEqual(1, await asker.call(f"wamp.{kind}.count_{members}", found))


class Bridge(Case):
    """Python's http.client, which has never heard of WAMP."""

    async def post(self, path, body, ticket=SECRET):
        answer = self.ask(path, body, ticket)
        await until("the answer", lambda: answer)
        return answer[0]

    @conforms("HTTP_BRIDGES")
    async def test_call(self):
        callee = await self.join()

        def fail():
            raise ApplicationError("com.example.error.no", "no")

        await callee.register(lambda a, b, c: a + b + c, "com.example.add")
        await callee.register(fail, "com.example.fail")
        body = {"procedure": "com.example.add", "args": [1, 2], "kwargs": {"c": 3}}
        self.assertEqual([200, {"args": [6], "kwargs": {}}], await self.post("/call", body))
        status, error = await self.post("/call", {"procedure": "com.example.fail"})
        self.assertEqual((422, "com.example.error.no", ["no"]), (status, error["error"], error["args"]))
        status, error = await self.post("/call", {"procedure": "com.example.nothing"})
        self.assertEqual((404, "wamp.error.no_such_procedure"), (status, error["error"]))
        self.assertEqual(401, (await self.post("/call", body, "another"))[0])

    @conforms("HTTP_BRIDGES")
    async def test_publish(self):
        events = await self.events(await self.join(), "com.example.posted")
        status, answer = await self.post(
            "/publish", {"topic": "com.example.posted", "args": ["ü"], "options": {"disclose_me": True}})
        await until("the event", lambda: events)
        self.assertEqual((200, answer["id"], ["ü"]), (status, events[0][2].publication, events[0][0]))
        self.assertEqual("tina", events[0][2].publisher_authid)


def setUpModule():
    Case.router = Router()
    unittest.addModuleCleanup(Case.router.stop)
    Case.router.run()
    framework.begin()
    unittest.addModuleCleanup(framework.end)


if __name__ == "__main__":
    unittest.main()
