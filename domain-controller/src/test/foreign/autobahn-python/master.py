"""Starts a master and nodes as processes of their own on loopback, and stops them by their own pids."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
LAUNCHER = HERE.parents[4] / "bailiwick"


def until(what, attempt, seconds=60):
    """The first answer of attempt() that is not None or False; an exception counts as "not yet"."""
    end = time.monotonic() + seconds
    last = "nothing yet"
    while time.monotonic() < end:
        try:
            answer = attempt()
            if answer is not None and answer is not False:
                return answer
        except Exception as failure:  # the condition is not there yet; the last reason is told when time is up
            last = repr(failure)
        time.sleep(0.05)
    raise TimeoutError(f"waited {seconds} s for {what}: {last}")


def tag(file, name):
    for line in pathlib.Path(file).read_text().splitlines():
        if line.startswith(name + ":"):
            return line.split(":", 1)[1].strip()
    raise KeyError(name)


class Master:
    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="bailiwick-py-"))
        self.children = []

    def start(self, name, command, **more):
        log = open(self.directory / f"{name}.log", "wb")
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **more)
        log.close()
        self.children.append(child)
        return child

    def run(self):
        data = self.directory / "master"
        self.start("master", [LAUNCHER, "master", "run", "--data", data, "--listen", "tcp://127.0.0.1:0"])
        file = data / "master.json"
        self.url = until("the master", lambda: json.loads(file.read_text())["url"], 180)
        self.seed = tag(data / "superuser.priv", "private-key-ed25519")
        self.key = data / "superuser.priv"
        return self

    def bailiwick(self, *arguments):
        """Runs one command of the launcher; its JSON output."""
        command = [LAUNCHER, *arguments, "--url", self.url, "--key", self.key, "-o", "json"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, text=True)
        if done.returncode:
            raise RuntimeError(f"exit code {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)

    def log(self, name):
        return (self.directory / f"{name}.log").read_text(errors="replace")

    def stop(self):
        for child in reversed(self.children):
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
                try:
                    child.wait(30)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
        if os.environ.get("BAILIWICK_KEEP") is None:
            shutil.rmtree(self.directory, ignore_errors=True)
