// AutobahnJS registers and calls.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { autobahn, conforms, failure, Router, until } from "./router.mjs";

const router = new Router();
let callee;
let caller;
before(async () => {
  await router.run();
  callee = await router.login("ticket", "tina");
  caller = await router.login("wampcra", "paul");
});
after(() => router.stop());

/** A promise that is resolved from outside. */
function latch() {
  let open;
  const promise = new Promise((done) => (open = done));
  return Object.assign(promise, { open });
}

test("register, call, unregister", conforms("REGISTER_AND_CALL"), async () => {
  const registration = await callee.register("com.example.add", ([a, b]) => a + b);
  assert.equal(await caller.call("com.example.add", [2, 40]), 42);
  assert.equal((await failure(caller.register("com.example.add", () => 1))).error, "wamp.error.procedure_already_exists");
  await registration.unregister();
  assert.equal((await failure(caller.call("com.example.add", [2, 40]))).error, "wamp.error.no_such_procedure");
});

test("nothing, one value, many and keywords come back as they are", conforms("REGISTER_AND_CALL"), async () => {
  await callee.register("com.example.shapes", ([which]) =>
    [undefined, 1, new autobahn.Result([1, 2]), new autobahn.Result([], { a: 1 })][which]);
  assert.equal(await caller.call("com.example.shapes", [0]), null);
  assert.equal(await caller.call("com.example.shapes", [1]), 1);
  assert.deepEqual(await caller.call("com.example.shapes", [2]), new autobahn.Result([1, 2]));
  assert.deepEqual(await caller.call("com.example.shapes", [3]), new autobahn.Result([], { a: 1 }));
});

test("an error keeps its URI, arguments and keywords", conforms("REGISTER_AND_CALL"), async () => {
  await callee.register("com.example.fail", () => {
    throw new autobahn.Error("com.example.error.no", ["no", 1], { why: "because" });
  });
  const error = await failure(caller.call("com.example.fail"));
  assert.deepEqual([error.error, error.args, error.kwargs], ["com.example.error.no", ["no", 1], { why: "because" }]);
  await callee.register("com.example.crash", () => {
    throw "crash";
  });
  assert.equal((await failure(caller.call("com.example.crash"))).error, "wamp.error.runtime_error");
});

test("what is no URI is refused", conforms("URIS"), async () => {
  for (const uri of ["com..example", "com.exa mple", "com.#"]) {
    assert.equal((await failure(caller.call(uri))).error, "wamp.error.invalid_uri");
    assert.equal((await failure(caller.register(uri, () => 1))).error, "wamp.error.invalid_uri");
  }
  assert.equal((await failure(caller.register("wamp.mine", () => 1))).error, "wamp.error.invalid_uri");
});

test("a role may do what its rules say", conforms("STATIC_AUTHORIZATION"), async () => {
  const guest = await router.connect();
  assert.equal((await failure(guest.call("com.example.closed.it"))).error, "wamp.error.not_authorized");
  assert.equal((await failure(guest.register("com.example.closed.it", () => 1))).error, "wamp.error.not_authorized");
  assert.equal((await failure(caller.call("com.example.closed.it"))).error, "wamp.error.no_such_procedure");
});

test("progressive results come in order, before the last one", conforms("PROGRESSIVE_CALL_RESULTS"), async () => {
  await callee.register("com.example.count", async ([to], kwargs, { progress }) => {
    for (let i = 1; progress && i < to; i++) progress([i]);
    return to;
  });
  const seen = [];
  const last = await caller.call("com.example.count", [5], {}, { receive_progress: true })
    .then((result) => result, null, (part) => seen.push(part));
  assert.deepEqual([...seen, last], [1, 2, 3, 4, 5]);
  assert.equal(await caller.call("com.example.count", [5]), 5);
});

test("kill cancels a call whose callee cannot be interrupted", conforms("CALL_CANCELING"), async () => {
  const gate = latch();
  const begun = latch();
  await callee.register("com.example.wait", () => (begun.open(), gate));
  const call = caller.call("com.example.wait");
  await begun;
  call.cancel({ mode: "kill" });
  assert.equal((await failure(call)).error, "wamp.error.canceled");
  // The late answer is swallowed: AutobahnJS would close its connection for it.
  gate.open("late");
  assert.equal(await caller.call("com.example.count", [1]), 1);
});

test("other modes cancel too, and the callee goes on", conforms("CALL_CANCELING"), async () => {
  for (const options of [{ mode: "skip" }, { mode: "killnowait" }, undefined]) {
    const leaving = await router.connect();
    const gate = latch();
    const begun = latch();
    const registration = await callee.register("com.example.wait.on", () => (begun.open(), gate));
    const call = leaving.call("com.example.wait.on");
    await begun;
    call.cancel(options);
    await failure(call);
    // It forgets its call at once, and so takes the ERROR that the dealer owes it for a violation (status 3002).
    await leaving.ended;
    gate.open("late");
    assert.equal(await caller.call("com.example.count", [1]), 1);
    await registration.unregister();
  }
});

test("a timeout is in milliseconds, and ends the call", conforms("CALL_TIMEOUT"), async () => {
  const gate = latch();
  await callee.register("com.example.slow", () => gate);
  const started = Date.now();
  const error = await failure(caller.call("com.example.slow", [], {}, { timeout: 150 }));
  assert.equal(error.error, "wamp.error.timeout");
  assert.ok(Date.now() - started >= 140);
  gate.open("late");
  assert.equal(await caller.call("com.example.slow", [], {}, { timeout: 10_000 }), "late");
});

const picks = {
  first: ["a", "a", "a", "a"],
  last: ["c", "c", "c", "c"],
  roundrobin: ["a", "b", "c", "a"],
};
for (const [invoke, expected] of Object.entries(picks)) {
  test(`a shared registration is invoked ${invoke}`, conforms("SHARED_REGISTRATION"), async () => {
    const uri = `com.example.shared.${invoke}`;
    for (const name of ["a", "b", "c"]) {
      await (await router.connect()).register(uri, () => name, { invoke });
    }
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await caller.call(uri));
    assert.deepEqual(answers, expected);
    const other = await failure(caller.register(uri, () => "d", { invoke: "random" }));
    assert.equal(other.error, "wamp.error.procedure_already_exists");
  });
}

test("a shared registration is invoked at random", conforms("SHARED_REGISTRATION"), async () => {
  for (const name of ["a", "b"]) {
    await (await router.connect()).register("com.example.shared.random", () => name, { invoke: "random" });
  }
  const answers = new Set();
  await until("both", async () => answers.add(await caller.call("com.example.shared.random")).size === 2);
});

test("the best pattern answers", conforms("PATTERN_BASED_REGISTRATION"), async () => {
  const patterns = [
    ["com.pattern.a1.b2.c3", "exact"],
    ["com.pattern.a1.b2", "prefix"],
    ["com.pattern.a1", "prefix"],
    ["com.pattern.x..z", "wildcard"],
    ["com.pattern..y.z", "wildcard"],
  ];
  for (const [uri, match] of patterns) {
    await callee.register(uri, (args, kwargs, { procedure }) => [match, uri, procedure], { match });
  }
  const best = {
    "com.pattern.a1.b2.c3": 0,
    "com.pattern.a1.b2.c4": 1,
    "com.pattern.a1.c": 2,
    "com.pattern.x.y.z": 3,
    "com.pattern.q.y.z": 4,
  };
  for (const [uri, at] of Object.entries(best)) {
    assert.deepEqual(await caller.call(uri), [patterns[at][1], patterns[at][0], uri]);
  }
  assert.equal((await failure(caller.call("com.pattern.q.q.q"))).error, "wamp.error.no_such_procedure");
});

test("a caller is known to its callee only when one of both, or the router, says so", conforms("CALLER_IDENTIFICATION"), async () => {
  const who = (args, kwargs, { caller, caller_authid, caller_authrole }) => [caller, caller_authid, caller_authrole];
  await callee.register("com.example.who", who);
  await callee.register("com.example.who.asks", who, { disclose_caller: true });
  await callee.register("com.example.disclosed.who", who);
  const known = [caller.id, "paul", "user"];
  assert.deepEqual(await caller.call("com.example.who"), [null, null, null]);
  assert.deepEqual(await caller.call("com.example.who", [], {}, { disclose_me: true }), known);
  assert.deepEqual(await caller.call("com.example.who.asks"), known);
  const guest = await router.connect();
  assert.deepEqual((await guest.call("com.example.disclosed.who"))[0], guest.id);
  caller.caller_disclose_me = true;
  assert.deepEqual(await caller.call("com.example.who"), known);
  caller.caller_disclose_me = false;
});

test("when the callee leaves, its calls end", conforms("CALLEE_LEAVES"), async () => {
  const leaving = await router.connect();
  const begun = latch();
  await leaving.register("com.example.leaves", () => (begun.open(), latch()));
  const call = failure(caller.call("com.example.leaves"));
  await begun;
  leaving.leave();
  assert.equal((await call).error, "wamp.error.canceled");
});

test("when the caller leaves, its callee goes on", conforms("CALLER_LEAVES"), async () => {
  const leaving = await router.connect();
  const begun = latch();
  const gate = latch();
  await callee.register("com.example.left", () => (begun.open(), gate));
  leaving.call("com.example.left").then(null, () => {});
  await begun;
  leaving.leave();
  await leaving.ended;
  gate.open("late");
  assert.equal(await caller.call("com.example.count", [1]), 1);
});

test("a registration may be taken over, and its holder is told", conforms("FORCE_REREGISTER", "REGISTRATION_REVOCATION"), async () => {
  const held = await callee.register("com.example.mine", () => "old");
  const other = await failure(caller.register("com.example.mine", () => "new", { force_reregister: true }));
  assert.equal(other.error, "wamp.error.not_authorized");
  const again = await router.login("ticket", "tina");
  await again.register("com.example.mine", () => "new", { force_reregister: true });
  await held.on_unregister;
  assert.equal(held.active, false);
  assert.equal(await callee.call("com.example.mine"), "new");
});

test("calls of one caller come in order", conforms("ORDERING"), async () => {
  const seen = [];
  await callee.register("com.example.order", ([i]) => void seen.push(i));
  await Promise.all(Array.from({ length: 300 }, (none, i) => caller.call("com.example.order", [i])));
  assert.deepEqual(seen, Array.from({ length: 300 }, (none, i) => i));
});
