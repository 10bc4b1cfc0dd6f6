"""A rule's own address: public, by https, and looked up anew each time; nothing inside can be reached through it."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shopify_app.automations import calling
from shopify_app.automations.addresses import Target, is_called, is_public

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TARGET = Target("hooks.mara.example.org", 443, "/postlude")


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/postlude?shop=1",
        "https://hooks.example.org:8443/",
        "https://93.184.215.14/",
        "https://[2606:2800:220:1::1]/",
    ],
)
def test_a_public_address_may_be_called(url: str) -> None:
    assert is_called(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/", "ftp://hooks.example.org/", "//hooks.example.org/", "hooks.example.org", "",
        "https://localhost/", "https://localhost./", "https://printer.local/", "https://db.internal/", "https://web/",
        "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f.0.0.1/", "https://0x7f000001/",
        "https://0177.0.0.1/", "https://10.0.0.5/", "https://172.16.0.1/", "https://192.168.1.1/", "https://0.0.0.0/",
        "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://224.0.0.1/", "https://[::1]/",
        "https://[fe80::1]/", "https://[fc00::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b:1::a9fe:a9fe]/", "https://[2002:7f00:1::]/", "https://[::7f00:1]/",
        "https://mara@hooks.example.org/", "https://mara:secret@hooks.example.org/", "https://hooks.example.org\\@x/",
        "https://hooks.example.org/\n", "https://hooks.example.org:99999/", "https://hooks..org/", "https://høøks.org/",
    ],
)  # fmt: skip
def test_nothing_inside_and_nothing_odd_may_be_called(url: str) -> None:
    assert not is_called(url)


@pytest.mark.parametrize(
    ("found", "failure"),
    [
        (["127.0.0.1"], calling.NotCalled),
        (["93.184.215.14", "10.0.0.1"], calling.NotCalled),
        (["fe80::1%eth0"], calling.NotCalled),
        ([], calling.NotTaken),
    ],
)
def test_a_public_name_that_leads_inside_is_not_called(found: list[str], failure: type[Exception]) -> None:
    with pytest.raises(failure):
        calling.public_addresses(TARGET, lambda host, port: found)


def test_a_name_that_nobody_knows_is_tried_again_later() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(host)

    with pytest.raises(calling.NotTaken, match="unknown_host"):
        calling.public_addresses(TARGET, unknown)
    assert list(calling.public_addresses(TARGET, lambda *_: ["93.184.215.14"])) == ["93.184.215.14"]
    assert not is_public("not an address")


def test_a_message_is_signed_over_its_time_and_body() -> None:
    letter = calling.sealed("secret", "7-12", {"event": "ParcelQuiet"}, NOON)

    stamp, mac = (part.partition("=")[2] for part in letter.headers["X-Postlude-Signature"].split(","))
    assert mac == hmac.new(b"secret", f"{stamp}.".encode() + letter.body, hashlib.sha256).hexdigest()
    assert int(stamp) == NOON.timestamp()
    assert json.loads(letter.body) == {"event": "ParcelQuiet", "id": letter.headers["X-Postlude-Id"]}


class Listener:
    """An https server for one call, with a certificate of its own for one name."""

    def __init__(self, folder: Path, answer: bytes, host: str = TARGET.host, drops: bytes = b"") -> None:
        self.heard, self._drops = b"", drops
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        today = datetime.now(UTC)
        made = made.serial_number(1).not_valid_before(today - timedelta(1)).not_valid_after(today + timedelta(1))
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        own = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / "both.pem").write_bytes(pem + own)
        self.trust = ssl.create_default_context(cadata=pem.decode())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "both.pem")
        self._context, self._answer, self._between = context, answer, Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        line, _ = self._socket.accept()
        try:
            with self._context.wrap_socket(line, server_side=True) as talk:
                while not self.heard.endswith(b"}"):
                    self.heard += talk.recv(4096)
                talk.sendall(self._answer)
                while self._drops:
                    talk.sendall(self._drops)
                    self._between.wait(0.02)
        except OSError:
            return
        finally:
            self._socket.close()


def call(listener: Listener, patience: float = 60.0) -> None:
    letter = calling.sealed("secret", "7-12", {"event": "ParcelQuiet"}, NOON)
    calling.hand_over(Target(TARGET.host, listener.port, "/postlude"), "127.0.0.1", letter, listener.trust, patience)


def test_a_message_arrives_with_its_headers(tmp_path: Path) -> None:
    listener = Listener(tmp_path, b"HTTP/1.1 204 No Content\r\n\r\n")

    call(listener)

    assert listener.heard.startswith(b"POST /postlude HTTP/1.1\r\nHost: hooks.mara.example.org")
    assert b"X-Postlude-Id: 7-12" in listener.heard


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Oh\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\n\r\n",
        b"gibberish\r\n\r\n",
        b"",
    ],
)
def test_any_other_answer_is_no_yes_and_no_redirect_is_followed(tmp_path: Path, answer: bytes) -> None:
    with pytest.raises(calling.NotTaken):
        call(Listener(tmp_path, answer))


def test_a_certificate_for_another_name_is_no_yes(tmp_path: Path) -> None:
    with pytest.raises(calling.NotTaken):
        call(Listener(tmp_path, b"HTTP/1.1 204 No Content\r\n\r\n", "somebody.else.example.org"))


def test_who_answers_a_drop_now_and_then_is_hung_up_on(tmp_path: Path) -> None:
    with pytest.raises(calling.NotTaken):
        call(Listener(tmp_path, b"HTTP/1.1 200 OK\r\nX-Slow: ", drops=b"s"), patience=0.2)
