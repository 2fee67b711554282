"""Starts a router with the launcher, as a process of its own on loopback, and stops it by its own pid."""

import datetime
import ipaddress
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[4]
LAUNCHER = os.environ.get("BAILIWICK_LAUNCHER", str(ROOT / "bailiwick"))
FEATURES = (HERE / "../../java/io/bailiwick/router/conformance/Feature.java").read_text()

TLS = """listeners:
  - name: tls
    endpoint: tls://localhost:0
    tls: {certificates: [{certificate: cert.pem, key: key.pem}], stack: bouncy_castle, newest: "1.2"}
  - name: newest
    endpoint: tls://localhost:0
    tls: {certificates: [{certificate: cert.pem, key: key.pem}]}
"""


def conforms(*names):
    """Marks a test with the features of WAMP that it shows: constants of Feature.java."""
    for name in names:
        if not re.search(rf"^    {name}\(", FEATURES, re.MULTILINE):
            raise ValueError(f"Feature.java has no {name}")
    return lambda test: test


class Router:
    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="bailiwick-py-"))
        self.ports = {}

    def run(self):
        self.certificate = self.directory / "cert.pem"
        certify(self.certificate, self.directory / "key.pem")
        yaml = (HERE.parent / "router.yaml").read_text().replace("DIRECTORY", str(self.directory))
        file = self.directory / "router.yaml"
        file.write_text(yaml.replace("listeners:\n", TLS, 1))
        file.chmod(0o600)
        self.unix = str(self.directory / "router.sock")
        self.log = open(self.directory / "router.log", "wb")
        self.child = subprocess.Popen(
            [LAUNCHER, "router", "run", "--config", file],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True)
        for line in self.child.stdout:
            if line.strip() == "READY":
                return self
            name, endpoint = line.split()
            if not endpoint.startswith("unix:"):
                self.ports[name] = int(endpoint.rsplit(":", 1)[1])
        raise RuntimeError((self.directory / "router.log").read_text())

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(30)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child.stdout.close()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)


def certify(certificate, key):
    """A certificate for localhost that is its own authority."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256()))
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    key.chmod(0o600)
