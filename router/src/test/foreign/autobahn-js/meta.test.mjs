// AutobahnJS asks the router about itself.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { conforms, failure, Router, until } from "./router.mjs";

const router = new Router();
let session;
before(async () => {
  await router.run();
  session = await router.login("ticket", "tina");
});
after(() => router.stop());

async function watch(...topics) {
  const events = [];
  for (const topic of topics) {
    await session.subscribe(topic, (args, kwargs, details) => events.push([topic.split(".").pop(), ...args]));
  }
  return events;
}

test("sessions are counted, listed and described", conforms("SESSION_META_API"), async () => {
  const before = await session.call("wamp.session.count");
  const other = await router.connect();
  assert.equal(await session.call("wamp.session.count"), before + 1);
  assert.ok((await session.call("wamp.session.list")).includes(other.id));
  assert.deepEqual(await session.call("wamp.session.list", [["user"]]), [session.id]);
  const found = await session.call("wamp.session.get", [session.id]);
  assert.deepEqual([found.session, found.authid, found.authrole, found.authmethod], [session.id, "tina", "user", "ticket"]);
  assert.equal((await failure(session.call("wamp.session.get", [1]))).error, "wamp.error.no_such_session");
});

test("who joins and who leaves is told", conforms("SESSION_META_API"), async () => {
  const events = await watch("wamp.session.on_join", "wamp.session.on_leave");
  const other = await router.login("wampcra", "paul");
  const { id } = other;
  await until("the join", () => events.some(([what, details]) => what === "on_join" && details.session === id));
  other.leave();
  await other.ended;
  await until("the leave", () => events.some(([what, ...of]) => what === "on_leave" && of.join() === [id, "paul", "user"].join()));
});

test("sessions are killed by id, authid, role and all but the killer", conforms("SESSION_META_API"), async () => {
  const guests = [await router.connect(), await router.connect()];
  const ids = guests.map(({ id }) => id);
  await session.call("wamp.session.kill", [ids[0]]);
  assert.equal((await guests[0].ended).reason, "wamp.close.killed");
  assert.equal((await failure(session.call("wamp.session.kill", [ids[0]]))).error, "wamp.error.no_such_session");
  assert.deepEqual(await session.call("wamp.session.kill_by_authid", [guests[1].details.authid]), [ids[1]]);
  await guests[1].ended;
  const third = await router.connect();
  assert.ok((await session.call("wamp.session.kill_by_authrole", ["guest"], { reason: "com.example.tidy" })) >= 1);
  assert.equal((await third.ended).reason, "com.example.tidy");
  const fourth = await router.connect();
  await session.call("wamp.session.kill_all");
  await fourth.ended;
  assert.equal(await session.call("wamp.session.count"), 1);
});

test("registrations are looked up and told of", conforms("REGISTRATION_META_API"), async () => {
  const topics = ["on_create", "on_register", "on_unregister", "on_delete"].map((name) => `wamp.registration.${name}`);
  const events = await watch(...topics);
  const other = await router.connect();
  const { id } = await other.register("com.meta.", () => 1, { match: "prefix", invoke: "roundrobin" });
  assert.equal(await session.call("wamp.registration.lookup", ["com.meta.", { match: "prefix" }]), id);
  assert.equal(await session.call("wamp.registration.lookup", ["com.meta."]), null);
  assert.equal(await session.call("wamp.registration.match", ["com.meta.x"]), id);
  const got = await session.call("wamp.registration.get", [id]);
  assert.deepEqual([got.id, got.uri, got.match, got.invoke], [id, "com.meta.", "prefix", "roundrobin"]);
  assert.deepEqual(await session.call("wamp.registration.list_callees", [id]), [other.id]);
  assert.equal(await session.call("wamp.registration.count_callees", [id]), 1);
  assert.ok((await session.call("wamp.registration.list")).prefix.includes(id));
  other.leave();
  await until("all events", () => events.length === 4);
  assert.deepEqual(events.map(([what]) => what), ["on_create", "on_register", "on_unregister", "on_delete"]);
});

test("a callee may be removed", conforms("REGISTRATION_META_API", "REGISTRATION_REVOCATION"), async () => {
  const other = await router.connect();
  const registration = await other.register("com.removed", () => 1);
  await session.call("wamp.registration.remove_callee", [registration.id, other.id]);
  await registration.on_unregister;
  assert.equal((await failure(session.call("com.removed"))).error, "wamp.error.no_such_procedure");
});

test("subscriptions are looked up and told of", conforms("SUBSCRIPTION_META_API"), async () => {
  const topics = ["on_create", "on_subscribe", "on_unsubscribe", "on_delete"].map((name) => `wamp.subscription.${name}`);
  const events = await watch(...topics);
  const other = await router.connect();
  // The watcher's own subscriptions are told of too.
  events.length = 0;
  const { id } = await other.subscribe("com.meta.", () => 1, { match: "prefix" });
  assert.equal(await session.call("wamp.subscription.lookup", ["com.meta.", { match: "prefix" }]), id);
  assert.deepEqual(await session.call("wamp.subscription.match", ["com.meta.x"]), [id]);
  const got = await session.call("wamp.subscription.get", [id]);
  assert.deepEqual([got.id, got.uri, got.match], [id, "com.meta.", "prefix"]);
  assert.deepEqual(await session.call("wamp.subscription.list_subscribers", [id]), [other.id]);
  assert.equal(await session.call("wamp.subscription.count_subscribers", [id]), 1);
  assert.ok((await session.call("wamp.subscription.list")).prefix.includes(id));
  other.leave();
  await until("all events", () => events.length >= 4);
  assert.deepEqual(events.slice(-4).map(([what]) => what), ["on_create", "on_subscribe", "on_unsubscribe", "on_delete"]);
});

test("a subscriber may be removed", conforms("SUBSCRIPTION_META_API", "SUBSCRIPTION_REVOCATION"), async () => {
  const other = await router.connect();
  const subscription = await other.subscribe("com.unheard", () => 1);
  await session.call("wamp.subscription.remove_subscriber", [subscription.id, other.id]);
  await subscription.on_unsubscribe;
  assert.equal(subscription.active, false);
});

test("a testament is published when the session is gone", conforms("SESSION_TESTAMENT"), async () => {
  const heard = [];
  await session.subscribe("com.last.words", (args, kwargs) => heard.push([args, kwargs]));
  const other = await router.connect();
  await other.call("wamp.session.add_testament", ["com.last.words", ["dropped"], {}]);
  await other.call("wamp.session.flush_testaments");
  await other.call("wamp.session.add_testament", ["com.last.words", ["good"], { bye: true }]);
  await session.call("wamp.session.kill", [other.id]);
  await until("the last words", () => heard.length === 1);
  assert.deepEqual(heard, [[["good"], { bye: true }]]);
});
