// Starts a router with the launcher on ephemeral loopback ports, connects AutobahnJS to it, and stops both.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
export const autobahn = require("autobahn");
const nacl = require("tweetnacl");

// AutobahnJS tells the end of each connection here.
console.log = console.info = () => {};

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../../../..");
const launcher = process.env.BAILIWICK_LAUNCHER ?? join(root, "bailiwick");
const SECRET = "secret-of-tests";
const features = readFileSync(join(here, "../../java/io/bailiwick/router/conformance/Feature.java"), "utf8");

/** Marks a test with the features of WAMP that it shows: constants of Feature.java. */
export function conforms(...names) {
  for (const name of names) {
    if (!new RegExp(`^    ${name}\\(`, "m").test(features)) throw new Error(`Feature.java has no ${name}`);
  }
  return { timeout: 60_000 };
}

/** Waits until attempt() is neither undefined, null nor false. */
export async function until(what, attempt, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const answer = await attempt();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    await new Promise((wake) => setTimeout(wake, 10));
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}

export class Router {
  connections = [];

  async run() {
    this.directory = mkdtempSync(join(tmpdir(), "bailiwick-js-"));
    const file = join(this.directory, "router.yaml");
    const yaml = readFileSync(join(here, "../router.yaml"), "utf8").replaceAll("DIRECTORY", this.directory);
    writeFileSync(file, yaml, { mode: 0o600 });
    const log = openSync(join(this.directory, "router.log"), "w");
    this.child = spawn(launcher, ["router", "run", "--config", file], { stdio: ["ignore", "pipe", log] });
    this.ended = new Promise((done) => this.child.once("exit", done));
    for await (const line of createInterface({ input: this.child.stdout })) {
      if (line === "READY") break;
      if (line.startsWith("main ")) this.port = Number(line.split(":").pop());
    }
    if (this.port === undefined) throw new Error(readFileSync(join(this.directory, "router.log"), "utf8"));
    this.url = `ws://127.0.0.1:${this.port}/ws`;
    return this;
  }

  async stop() {
    this.connections.forEach((connection) => connection.isOpen && connection.close());
    this.child.kill("SIGTERM");
    await this.ended;
    rmSync(this.directory, { recursive: true, force: true });
  }

  transport(name) {
    const [type, serializer] = name.split(" ");
    const serializers = {
      json: autobahn.serializer.JSONSerializer,
      msgpack: autobahn.serializer.MsgpackSerializer,
      cbor: autobahn.serializer.CBORSerializer,
    };
    switch (type) {
      case "websocket":
        return { type, url: this.url, serializers: [new serializers[serializer ?? "json"]()] };
      case "rawsocket":
        return { type, url: "rs://unused", host: "127.0.0.1", port: this.port };
      case "unix":
        return { type: "rawsocket", url: "rs://unused", path: join(this.directory, "router.sock") };
      default:
        return { type: "longpoll", url: `http://127.0.0.1:${this.port}/lp` };
    }
  }

  /** The session joined, with its WELCOME.Details as session.details and the reason of its end as session.ended. */
  connect({ transport = "websocket", realm = "test", ...more } = {}) {
    let ending;
    const ended = new Promise((done) => (ending = done));
    return new Promise((joined, refused) => {
      const connection = new autobahn.Connection({
        transports: [this.transport(transport)],
        realm,
        max_retries: 0,
        on_user_error: () => {},
        on_internal_error: () => {},
        ...more,
      });
      connection.onopen = (session, details) => joined(Object.assign(session, { details, ended, connection }));
      connection.onclose = (reason, details) => {
        refused(Object.assign(new Error(`${reason}: ${details.reason} ${details.message}`), { reason: details.reason }));
        ending({ reason, ...details });
        return true;
      };
      connection.open();
      this.connections.push(connection);
    });
  }

  /** Joins with one method as the principal of the configuration that has it; wrong makes the answer a wrong one. */
  login(method, authid, { wrong = false, ...more } = {}) {
    const secret = wrong ? "another" : SECRET;
    const key = nacl.sign.keyPair.fromSeed(new Uint8Array(32).fill(wrong ? 0x22 : 0x11));
    const known = nacl.sign.keyPair.fromSeed(new Uint8Array(32).fill(0x11));
    const answers = {
      ticket: () => secret,
      wampcra: (extra) => {
        const key = extra.salt === undefined
          ? secret
          : autobahn.auth_cra.derive_key(secret, extra.salt, extra.iterations, extra.keylen);
        return autobahn.auth_cra.sign(key, extra.challenge);
      },
      cryptosign: (extra) => autobahn.auth_cryptosign.sign_challenge(key, extra),
    };
    const pubkey = Buffer.from(known.publicKey).toString("hex");
    return this.connect({
      authmethods: [method],
      authid,
      authextra: method === "cryptosign" ? { pubkey, trustroot: null, challenge: null, channel_binding: null } : undefined,
      onchallenge: (session, asked, extra) => answers[asked](extra),
      ...more,
    });
  }
}

/** The failure of a promise that must fail. */
export async function failure(promise) {
  let value;
  try {
    value = await promise;
  } catch (reason) {
    return reason;
  }
  throw new Error(`expected a failure, but found ${JSON.stringify(value)}`);
}
