"""Personal data at rest, look-up hashes, and signed tokens that people carry.

Encryption is AES-256-GCM; the first byte of the key's fingerprint chain names the key, so keys rotate by putting a new
one in front. Look-ups and signatures use keys derived from the *oldest* key by HKDF, so that rotation breaks neither.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from binascii import b2a_base64
from datetime import datetime
from typing import Any
from unicodedata import decimal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic_core import to_json

_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class CannotDecrypt(Exception):
    """No configured key opens this value: a key was removed too early, or the value is not ours."""


class BadToken(Exception):
    """A signed token that is forged, damaged or expired (`expired` tells the last apart)."""

    def __init__(self, expired: bool = False) -> None:
        super().__init__("expired" if expired else "not genuine")
        self.expired = expired


class Keyring:
    """Everything that is done with the deployment's secret keys."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._ciphers = {_fingerprint(key): AESGCM(key) for key in keys}
        self._current = _fingerprint(keys[0])
        self._lookup_key = _derive(keys[-1], b"postlude look-up")
        self._signer = hmac.new(_derive(keys[-1], b"postlude signatures"), digestmod=hashlib.sha256)

    def encrypt(self, text: str) -> bytes:
        """Key fingerprint (4 bytes), nonce (12), ciphertext."""
        nonce = os.urandom(12)
        return self._current + nonce + self._ciphers[self._current].encrypt(nonce, text.encode(), None)

    def decrypt(self, sealed: bytes) -> str:
        """Raises CannotDecrypt."""
        cipher = self._ciphers.get(sealed[:4])
        if cipher is None:
            raise CannotDecrypt("no key with this fingerprint")
        try:
            return cipher.decrypt(sealed[4:16], sealed[16:], None).decode()
        except InvalidTag as failure:
            raise CannotDecrypt("damaged value") from failure

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest key made this value; if not, `jobs.upkeep` writes it anew."""
        return sealed[:4] == self._current

    def blind(self, kind: str, value: str) -> str:
        """A keyed hash that finds equal values without telling them: 32 hexadecimal digits. `value` must be
        normalised by the caller."""
        return hmac.new(self._lookup_key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()[:32]

    def sign(self, purpose: str, facts: dict[str, Any], expires_at: datetime | None = None) -> str:
        """A URL-safe token that carries `facts` (small, JSON, nothing personal) for one `purpose`."""
        body = dict(facts)
        if expires_at is not None:
            body["~"] = int(expires_at.timestamp())
        packed = to_json(dict(sorted(body.items())))  # the same facts make the same token
        return f"{_b64(packed)}.{_b64(self._mac(purpose, packed))}"

    def unsign(self, purpose: str, token: str, now: datetime) -> dict[str, Any]:
        """The facts of a genuine token; raises BadToken."""
        try:
            packed, mac = (_unb64(part) for part in token.split("."))
        except ValueError as failure:
            raise BadToken from failure
        if not hmac.compare_digest(mac, self._mac(purpose, packed)):
            raise BadToken
        facts = json.loads(packed)
        expires = facts.pop("~", None)
        if expires is not None and now.timestamp() >= expires:
            raise BadToken(expired=True)
        return facts

    def stamp(self, purpose: str, nonce: str) -> str:
        """Twelve URL-safe characters that only we can put behind `nonce` (short links)."""
        return _b64(self._mac(purpose, nonce.encode())[:9])

    def is_stamp(self, purpose: str, nonce: str, stamp: str) -> bool:
        return hmac.compare_digest(self.stamp(purpose, nonce).encode(), stamp.encode())

    def _mac(self, purpose: str, message: bytes) -> bytes:
        signer = self._signer.copy()  # the key is worked in once: a page carries half a dozen signatures
        signer.update(purpose.encode() + b"\0" + message)
        return signer.digest()[:18]


def ascii_digits(text: str) -> str:
    """`text` with its digits as ASCII has them, whichever the keyboard wrote: full-width ones in Japan, Arabic ones."""
    return text if text.isascii() else "".join(str(decimal(ch)) if ch.isdecimal() else ch for ch in text)


def normalise_email(email: str | None) -> str | None:
    """Lower case, trimmed; None for nothing. The form that `blind` sees."""
    return (email or "").strip().lower() or None


def normalise_phone(phone: str | None) -> str | None:
    """The last nine digits: enough to find a number however its country code was typed; None below six digits."""
    digits = "".join(ch for ch in ascii_digits(phone or "") if ch.isdigit())
    return digits[-9:] if len(digits) >= 6 else None


def normalise_postcode(postcode: str | None) -> str | None:
    """Upper case without spaces and hyphens."""
    return "".join(ch for ch in ascii_digits(postcode or "").upper() if ch.isalnum()) or None


def _fingerprint(key: bytes) -> bytes:
    return hashlib.sha256(b"postlude key\0" + key).digest()[:4]


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(key)


def _b64(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).translate(_URL_SAFE).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
