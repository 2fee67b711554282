// AutobahnJS joins and leaves: each way of login, each transport with each serializer, and the reasons of an end.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { jar } from "./browser.mjs";
import { autobahn, conforms, failure, Router, until } from "./router.mjs";

const router = new Router();
before(() => router.run());
after(() => router.stop());

test("who proves nothing is a guest", conforms("ANONYMOUS", "LIFECYCLE"), async () => {
  for (const authmethods of [undefined, ["anonymous"]]) {
    const { details } = await router.connect({ authmethods });
    assert.equal(details.authmethod, "anonymous");
    assert.equal(details.authrole, "guest");
    assert.equal(details.realm, "test");
    assert.ok(details.authid.length > 8);
  }
});

const logins = [
  ["ticket", "tina", "TICKET"],
  ["wampcra", "paul", "WAMPCRA"],
  ["wampcra", "sally", "WAMPCRA"],
  ["cryptosign", "kate", "CRYPTOSIGN"],
];
for (const [method, authid, feature] of logins) {
  test(`${authid} joins by ${method}`, conforms(feature), async () => {
    const { details } = await router.login(method, authid);
    assert.deepEqual([details.authmethod, details.authid, details.authrole], [method, authid, "user"]);
    assert.equal(details.authprovider, "static");
  });

  test(`${authid} does not join by ${method} with a wrong secret`, conforms(feature), async () => {
    const wrong = await failure(router.login(method, authid, { wrong: true }));
    assert.equal(wrong.reason, "wamp.error.authentication_failed");
  });
}

test("a stranger is challenged and refused like everybody", conforms("UNIFORM_REFUSAL"), async () => {
  const authmethods = ["wampcra", "ticket", "cryptosign", "scram"];
  const onchallenge = () => "no";
  const stranger = await failure(router.login("cryptosign", "nobody", { authmethods, onchallenge }));
  assert.equal(stranger.reason, "wamp.error.authentication_failed");
});

test("the extra of a principal comes with WELCOME", conforms("TICKET"), async () => {
  const { details } = await router.login("ticket", "tina");
  assert.equal(details.authextra.desk, 4);
});

test("a key alone names its realm and its owner", conforms("ASSIGNED_REALM", "CRYPTOSIGN"), async () => {
  const { details } = await router.login("cryptosign", undefined, { realm: undefined });
  assert.deepEqual([details.realm, details.authid], ["test", "kate"]);
});

test("the first method in common is taken", conforms("METHOD_CHOICE"), async () => {
  const { details } = await router.login("wampcra", "paul", { authmethods: ["unheard-of", "wampcra", "ticket"] });
  assert.equal(details.authmethod, "wampcra");
  const none = await failure(router.connect({ authmethods: ["unheard-of"], authid: "paul" }));
  assert.equal(none.reason, "wamp.error.no_matching_auth_method");
});

test("a realm that is not there ends the handshake", conforms("LIFECYCLE"), async () => {
  assert.equal((await failure(router.connect({ realm: "nowhere" }))).reason, "wamp.error.no_such_realm");
});

test("a client that cannot answer its challenge is let go", conforms("LIFECYCLE"), async () => {
  const onchallenge = () => {
    throw new Error("no answer");
  };
  await failure(router.login("ticket", "tina", { onchallenge }));
  assert.equal((await router.login("ticket", "tina")).details.authid, "tina");
});

test("a cookie stands for the login that it saw", conforms("COOKIE", "LONG_POLL"), async () => {
  jar.clear();
  try {
    await router.login("ticket", "tina", { transport: "longpoll" });
    assert.equal(jar.size, 1);
    const back = await router.connect({ authmethods: ["cookie"] });
    assert.deepEqual([back.details.authid, back.details.authmethod], ["tina", "cookie"]);
    back.leave("wamp.close.logout");
    await back.ended;
    const late = await failure(router.connect({ authmethods: ["cookie"] }));
    assert.equal(late.reason, "wamp.error.no_matching_auth_method");
  } finally {
    jar.clear();
  }
});

const transports = {
  "websocket json": ["WEBSOCKET", "JSON"],
  "websocket msgpack": ["WEBSOCKET", "MSGPACK"],
  "websocket cbor": ["WEBSOCKET", "CBOR"],
  rawsocket: ["RAWSOCKET", "JSON", "ONE_PORT"],
  unix: ["RAWSOCKET", "UNIX_SOCKET"],
  longpoll: ["LONG_POLL", "ONE_PORT"],
};
const value = ["ü€𝄞", 2 ** 40, -1, 1.5, true, false, null, [], {}, [[{ deep: [1, { er: "x" }] }]]];
for (const [transport, features] of Object.entries(transports)) {
  test(`calls and events by ${transport}, with a peer of JSON`, conforms(...features), async () => {
    const far = await router.connect({ transport });
    const near = await router.connect();
    const name = `com.example.${transport.replace(" ", ".")}`;
    await far.register(name, (args, kwargs) => new autobahn.Result(args, kwargs));
    const echo = await near.call(name, value, { key: value });
    assert.deepEqual(echo, new autobahn.Result(value, { key: value }));
    await near.register(`${name}.back`, (args, kwargs) => new autobahn.Result(args, kwargs));
    assert.deepEqual(await far.call(`${name}.back`, value, { key: 1 }), new autobahn.Result(value, { key: 1 }));

    const events = [];
    await far.subscribe(`${name}.news`, (args, kwargs) => events.push([args, kwargs]));
    await near.publish(`${name}.news`, value, { key: value }, { acknowledge: true });
    await until("the event", () => events.length === 1);
    assert.deepEqual(events, [[value, { key: value }]]);

    const large = "x".repeat(200_000);
    assert.equal(await near.call(name, [large]), large);
    far.leave();
    await far.ended;
    assert.equal((await failure(near.call(name))).error, "wamp.error.no_such_procedure");
  });
}

test("GOODBYE is answered, and a reason is heard", conforms("LIFECYCLE"), async () => {
  const session = await router.connect();
  session.leave("com.example.enough", "I go");
  assert.equal((await session.ended).reason, "wamp.close.goodbye_and_out");
  const killed = await router.connect();
  const killer = await router.connect();
  await killer.call("wamp.session.kill", [killed.id], { reason: "com.example.out", message: "out" });
  const end = await killed.ended;
  assert.deepEqual([end.reason, end.message], ["com.example.out", "out"]);
});

test("what WELCOME announces is what AutobahnJS finds", conforms("LIFECYCLE"), async () => {
  const { features } = await router.connect();
  for (const [role, found] of Object.entries(features)) {
    for (const [feature, there] of Object.entries(found)) assert.equal(there, true, `${role} ${feature}`);
  }
});
