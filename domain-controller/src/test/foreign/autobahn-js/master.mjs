// Starts a master and node agents with the launcher, on ephemeral loopback ports, and stops them by their own pids.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const launcher = join(here, "../../../../../bailiwick");

export async function until(what, attempt, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  let last = "nothing yet";
  while (Date.now() < end) {
    try {
      const answer = await attempt();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
    } catch (failure) {
      last = failure.error ?? failure.message ?? String(failure);
    }
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`waited ${seconds} s for ${what}: ${last}`);
}

export class Master {
  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), "bailiwick-js-"));
    this.children = [];
  }

  start(name, ...args) {
    const log = openSync(join(this.directory, `${name}.log`), "w");
    const child = spawn(launcher, args, { stdio: ["ignore", log, log] });
    this.children.push(child);
    return child;
  }

  async run() {
    const data = join(this.directory, "master");
    this.start("master", "master", "run", "--data", data, "--listen", "tcp://127.0.0.1:0");
    const file = join(data, "master.json");
    this.url = await until("the master", () => existsSync(file) && JSON.parse(readFileSync(file, "utf8")).url, 180);
    this.seed = tag(join(data, "superuser.priv"), "private-key-ed25519");
    return this;
  }

  async node(name) {
    const directory = join(this.directory, name);
    this.start(name, "node", "run", "--directory", directory, "--url", this.url, "--heartbeat", "1");
    const file = join(directory, "key.pub");
    await until(`${name}'s key`, () => existsSync(file));
    return tag(file, "public-key-ed25519");
  }

  async stop() {
    for (const child of this.children.reverse()) {
      const ended = new Promise((done) => child.once("exit", done));
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        const patience = setTimeout(() => child.kill("SIGKILL"), 30_000);
        await ended;
        clearTimeout(patience);
      }
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function tag(file, name) {
  const line = readFileSync(file, "utf8").split("\n").find((text) => text.startsWith(`${name}:`));
  return line.slice(name.length + 1).trim();
}
