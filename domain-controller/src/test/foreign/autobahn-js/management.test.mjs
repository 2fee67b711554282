// AutobahnJS logs in as superuser, creates a realm, pairs a key, calls a node, and uses the router for itself.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createRequire } from "node:module";
import { Master, until } from "./master.mjs";

const require = createRequire(import.meta.url);
const autobahn = require("autobahn");
const nacl = require("tweetnacl");

const MREALM = "crossbarfabriccenter.mrealm.";
const master = new Master();
const open = [];

function keyOf(seed) {
  return nacl.sign.keyPair.fromSeed(Uint8Array.from(Buffer.from(seed, "hex")));
}

function connect(realm, { seed = master.seed, serializer = "json", authrole } = {}) {
  const key = keyOf(seed);
  const serializers = {
    json: () => new autobahn.serializer.JSONSerializer(),
    msgpack: () => new autobahn.serializer.MsgpackSerializer(),
    cbor: () => new autobahn.serializer.CBORSerializer(),
  };
  return new Promise((joined, refused) => {
    const connection = new autobahn.Connection({
      transports: [{ type: "websocket", url: master.url, serializers: [serializers[serializer]()] }],
      realm,
      authmethods: ["cryptosign"],
      authextra: { pubkey: Buffer.from(key.publicKey).toString("hex"), trustroot: null, challenge: null, channel_binding: null },
      ...(authrole ? { authrole } : {}),
      onchallenge: (session, method, extra) => autobahn.auth_cryptosign.sign_challenge(key, extra),
      max_retries: 0,
    });
    connection.onopen = (session, details) => joined({ session, details });
    connection.onclose = (reason, details) => {
      refused(new Error(`${reason}: ${details.reason} ${details.message}`));
      return true;
    };
    connection.open();
    open.push(connection);
  });
}

before(() => master.run());
after(async () => {
  open.forEach((connection) => connection.isOpen && connection.close());
  await master.stop();
});

test("a superuser manages a realm and calls a node of it", async () => {
  const { session, details } = await connect("com.crossbario.fabric");
  assert.equal(details.authid, "superuser");
  assert.equal(details.realm, "com.crossbario.fabric");
  const created = [];
  await session.subscribe(`${MREALM}on_mrealm_created`, ([realm]) => created.push(realm.name));
  const realm = await session.call(`${MREALM}create_mrealm`, [{ name: "from-js" }]);
  assert.match(realm.oid, /^[0-9a-f-]{36}$/);
  assert.ok((await session.call(`${MREALM}list_mrealms`, [], { return_names: true })).includes("from-js"));
  await until("the event", () => created.includes("from-js"));

  const pubkey = await master.node("js1");
  const paired = await session.call(`${MREALM}pair_node`, [pubkey, "from-js", "js1", {}]);
  assert.equal(paired.authid, "js1");

  const { session: owner } = await connect("from-js");
  const beats = [];
  await owner.subscribe("crossbarfabriccenter.node.on_heartbeat", ([authid, beat]) => beats.push([authid, beat.seq]));
  await until("the node online", async () => (await owner.call(`${MREALM}get_nodes`, [], { status: "online" })).includes(paired.oid));
  // A node is online from the moment it joins; its procedures follow one by one.
  const status = await until("its procedures", () => owner.call("crossbarfabriccenter.remote.node.get_status", [paired.oid]));
  assert.equal(status.management_realm, "from-js");
  assert.equal(status.pubkey.replace(/^0x/, ""), pubkey);
  const stats = await until("its figures", () => owner.call("crossbarfabriccenter.remote.node.get_system_stats", ["js1"]));
  assert.ok(stats.memory.total > 0);
  await until("a heartbeat", () => beats.some(([authid]) => authid === "js1"));

  const unpaired = await session.call(`${MREALM}unpair_node_by_pubkey`, [pubkey]);
  assert.ok(unpaired.killed.length >= 1);
});

test("errors carry their URI and say what is wrong", async () => {
  const { session } = await connect("com.crossbario.fabric");
  const refusals = [
    ["pair_node", ["nonsense", "default", "n1", {}], "wamp.error.invalid_argument"],
    ["pair_node", ["ab".repeat(32), "no-such", "n1", {}], /fabric.no-such-realm|wamp.error.invalid_argument/],
    ["create_mrealm", [{ name: "crossbar-mine" }], "fabric.invalid-realm"],
    ["create_mrealm", [{ name: "default" }], "crossbar.error.already_exists"],
    ["get_mrealm_by_name", ["nowhere"], "crossbar.error.no_such_object"],
  ];
  for (const [procedure, args, uri] of refusals) {
    const error = await session.call(MREALM + procedure, args).then(() => assert.fail(procedure), (failure) => failure);
    if (uri instanceof RegExp) assert.match(error.error, uri);
    else assert.equal(error.error, uri, `${procedure}: ${error.args}`);
    assert.ok(error.args[0].length > 10, `${procedure} explains itself`);
  }
});

test("a stranger's key is refused", async () => {
  const seed = Buffer.from(nacl.randomBytes(32)).toString("hex");
  await assert.rejects(connect("com.crossbario.fabric", { seed }), /authentication_failed|not_authorized/);
});

for (const serializer of ["json", "msgpack", "cbor"]) {
  test(`RPC and pub/sub over ${serializer}, with a JSON peer`, async () => {
    const { session: callee } = await connect("default", { serializer });
    const { session: caller } = await connect("default");
    await callee.register(`com.example.${serializer}.add`, ([a, b]) => a + b);
    await callee.register(`com.example.${serializer}.fail`, () => {
      throw new autobahn.Error("com.example.error.no", ["no"], { why: "because" });
    });
    assert.equal(await caller.call(`com.example.${serializer}.add`, [2, 40]), 42);
    const error = await caller.call(`com.example.${serializer}.fail`).then(() => assert.fail(), (failure) => failure);
    assert.equal(error.error, "com.example.error.no");
    assert.deepEqual(error.kwargs, { why: "because" });

    const events = [];
    await callee.subscribe(`com.example.${serializer}.`, (args, kwargs, details) => events.push([details.topic, args, kwargs]), { match: "prefix" });
    await caller.publish(`com.example.${serializer}.tick`, ["ü", [1, { deep: true }]], { at: 1.5 }, { acknowledge: true });
    await until("the event", () => events.length === 1);
    assert.deepEqual(events[0], [`com.example.${serializer}.tick`, ["ü", [1, { deep: true }]], { at: 1.5 }]);
  });
}
