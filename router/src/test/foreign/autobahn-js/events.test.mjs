// AutobahnJS subscribes and publishes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { conforms, failure, Router, until } from "./router.mjs";

const router = new Router();
const acknowledge = true;
let tina;
let paul;
before(async () => {
  await router.run();
  tina = await router.login("ticket", "tina");
  paul = await router.login("wampcra", "paul");
});
after(() => router.stop());

/** The events of a subscription: [args, kwargs, details]. */
async function subscribe(session, topic, options) {
  const events = [];
  const subscription = await session.subscribe(topic, (...event) => events.push(event.slice(0, 3)), options);
  return Object.assign(events, { subscription });
}

/** Publishes one more event for everybody, and waits until all have it: what did not come before it never comes. */
async function settle(topic, ...all) {
  await paul.publish(topic, ["end"], {}, { acknowledge, exclude_me: false });
  for (const events of all) {
    await until("the last event", () => events.some(([args]) => args[0] === "end"));
  }
  return all.map((events) => events.splice(0).map(([args]) => args[0]).filter((value) => value !== "end"));
}

test("subscribe, publish, unsubscribe", conforms("PUBLISH_AND_SUBSCRIBE", "ACKNOWLEDGE"), async () => {
  const events = await subscribe(tina, "com.example.news");
  const publication = await paul.publish("com.example.news", ["one"], { two: 3 }, { acknowledge });
  await until("the event", () => events.length === 1);
  const [args, kwargs, details] = events[0];
  assert.deepEqual([args, kwargs, details.publication], [["one"], { two: 3 }, publication.id]);
  assert.equal(details.publisher, undefined);
  await events.subscription.unsubscribe();
  const still = await subscribe(tina, "com.example.news.end");
  paul.publish("com.example.news", ["none hears"]);
  await settle("com.example.news.end", still);
  assert.equal(events.length, 1);
});

test("a publication that is refused fails when it is acknowledged", conforms("ACKNOWLEDGE", "STATIC_AUTHORIZATION"), async () => {
  const guest = await router.connect();
  const refused = await failure(guest.publish("com.example.closed.news", [], {}, { acknowledge }));
  assert.equal(refused.error, "wamp.error.not_authorized");
  assert.equal((await failure(guest.subscribe("com.example.closed.news", () => {}))).error, "wamp.error.not_authorized");
  const wrong = await failure(paul.publish("no uri", [], {}, { acknowledge }));
  assert.equal(wrong.error, "wamp.error.invalid_uri");
});

test("a publisher hears itself only when it asks", conforms("PUBLISHER_EXCLUSION"), async () => {
  const own = await subscribe(paul, "com.example.own");
  await paul.publish("com.example.own", ["default"], {}, { acknowledge });
  await paul.publish("com.example.own", ["excluded"], {}, { acknowledge, exclude_me: true });
  await paul.publish("com.example.own", ["included"], {}, { acknowledge, exclude_me: false });
  assert.deepEqual(await settle("com.example.own", own), [["included"]]);
});

test("lists of sessions, authids and roles choose who hears", conforms("SUBSCRIBER_BLACKWHITE_LISTING"), async () => {
  const topic = "com.example.lists";
  const kate = await router.login("cryptosign", "kate");
  const guest = await router.connect();
  const heard = [];
  for (const session of [tina, kate, guest]) heard.push(await subscribe(session, topic));
  const cases = [
    [{ exclude: [tina.id] }, [false, true, true]],
    [{ exclude_authid: ["kate", "nobody"] }, [true, false, true]],
    [{ exclude_authrole: ["user"] }, [false, false, true]],
    [{ eligible: [tina.id, guest.id] }, [true, false, true]],
    [{ eligible_authid: ["kate"] }, [false, true, false]],
    [{ eligible_authrole: ["user"] }, [true, true, false]],
    [{ eligible: [] }, [false, false, false]],
    [{ eligible_authrole: ["user"], exclude_authid: ["tina"] }, [false, true, false]],
    [{ eligible: [tina.id], eligible_authrole: ["guest"] }, [false, false, false]],
  ];
  for (const [i, [options]] of cases.entries()) await paul.publish(topic, [i], {}, { acknowledge, ...options });
  const found = await settle(topic, ...heard);
  for (const [i, [options, expected]] of cases.entries()) {
    assert.deepEqual(found.map((of) => of.includes(i)), expected, JSON.stringify(options));
  }
});

test("a publisher is known when it wishes", conforms("PUBLISHER_IDENTIFICATION"), async () => {
  const events = await subscribe(tina, "com.example.", { match: "prefix" });
  await paul.publish("com.example.me", ["open"], {}, { acknowledge, disclose_me: true });
  await paul.publish("com.example.me", ["shy"], {}, { acknowledge });
  const guest = await router.connect();
  await guest.publish("com.example.disclosed.me", ["seen"], {}, { acknowledge });
  await until("three events", () => events.length === 3);
  const who = events.map(([, , { publisher, publisher_authid, publisher_authrole }]) =>
    [publisher, publisher_authid, publisher_authrole]);
  assert.deepEqual(who.slice(0, 2), [[paul.id, "paul", "user"], [undefined, undefined, undefined]]);
  assert.deepEqual([who[2][0], who[2][2]], [guest.id, "guest"]);
  await events.subscription.unsubscribe();
});

test("prefixes and wildcards hear what they match, each once", conforms("PATTERN_BASED_SUBSCRIPTION"), async () => {
  const topic = "com.pattern.a.b.c";
  const hearing = [
    await subscribe(tina, topic),
    await subscribe(tina, "com.pattern.a", { match: "prefix" }),
    await subscribe(tina, "com.pattern..b.", { match: "wildcard" }),
  ];
  const deaf = await subscribe(tina, "com.pattern..c.", { match: "wildcard" });
  const { id } = await paul.publish(topic, ["x"], {}, { acknowledge });
  await paul.publish("com.pattern.a.c.end", [], {}, { acknowledge });
  await until("the last event", () => deaf.length === 1);
  await until("the event, three times", () => hearing[0].length === 1 && hearing[1].length === 2 && hearing[2].length === 1);
  for (const events of hearing) {
    assert.deepEqual([events[0][2].topic, events[0][2].publication], [topic, id]);
  }
});

test("the last retained event comes to who asks for it", conforms("EVENT_RETENTION"), async () => {
  const topic = "com.example.retained";
  await paul.publish(topic, ["first"], {}, { acknowledge, retain: true });
  const { id } = await paul.publish(topic, ["second"], {}, { acknowledge, retain: true });
  await paul.publish(topic, ["third"], {}, { acknowledge });
  const asked = await subscribe(tina, topic, { get_retained: true });
  await until("the retained event", () => asked.length === 1);
  assert.deepEqual([asked[0][0], asked[0][2].retained, asked[0][2].publication], [["second"], true, id]);
  const byPattern = await subscribe(tina, "com.example.retain", { match: "prefix", get_retained: true });
  await until("the retained event", () => byPattern.length === 1);
  assert.deepEqual([byPattern[0][0], byPattern[0][2].topic], [["second"], topic]);
  const not = await subscribe(await router.connect(), topic);
  assert.deepEqual(await settle(topic, not), [[]]);
});

test("a retained event stays with those whom it was for", conforms("EVENT_RETENTION", "SUBSCRIBER_BLACKWHITE_LISTING"), async () => {
  const topic = "com.example.kept";
  await paul.publish(topic, ["for users"], {}, { acknowledge, retain: true, eligible_authrole: ["user"] });
  const guest = await subscribe(await router.connect(), topic, { get_retained: true });
  const user = await subscribe(await router.login("ticket", "tina"), topic, { get_retained: true });
  assert.deepEqual(await settle(topic, guest, user), [[], ["for users"]]);
});

test("events of one publisher come in order, over topics", conforms("ORDERING"), async () => {
  const events = await subscribe(tina, "com.order.", { match: "prefix" });
  for (let i = 0; i < 500; i++) paul.publish(`com.order.t${i % 7}`, [i]);
  await until("all", () => events.length === 500);
  assert.deepEqual(events.map(([[i]]) => i), Array.from({ length: 500 }, (none, i) => i));
});
