"""The web process of ``shopify app dev``: turns what the Shopify CLI hands over into what ``postlude`` reads.

The CLI sets ``PORT``, ``HOST`` (the https address of its tunnel), ``SHOPIFY_API_KEY`` and ``SHOPIFY_API_SECRET``. From
these come ``POSTLUDE_APP_URL`` and ``serve --port``; a key for personal data at rest is made once and kept in
``var/shopify-dev.key``. Whatever is set in the environment already wins. Runs ``postlude migrate`` first, then web,
worker and scheduler side by side; when one of them ends, or on Ctrl-C, all of them do.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEY_FILE = ROOT / "var" / "shopify-dev.key"
POSTLUDE = str(Path(sys.executable).with_name("postlude"))
SECONDS_TO_END = 10


def postlude_environment(given: Mapping[str, str], key_file: Path = KEY_FILE) -> dict[str, str]:
    """`given` plus the names `postlude` expects; raises SystemExit with a sentence when the CLI's own are missing."""
    for name in ("PORT", "SHOPIFY_API_KEY", "SHOPIFY_API_SECRET"):
        if not given.get(name):
            raise SystemExit(f"{name} is not set: this is started by `shopify app dev`, not by hand.")
    derived = {"POSTLUDE_ENCRYPTION_KEYS": given.get("POSTLUDE_ENCRYPTION_KEYS") or _kept_key(key_file)}
    if address := given.get("HOST") or given.get("APP_URL"):
        derived["POSTLUDE_APP_URL"] = address
    return {**derived, **{name: value for name, value in given.items() if value}}


def commands(port: str) -> list[list[str]]:
    """What has to run for an app that answers, in the order it is started."""
    return [[POSTLUDE, "serve", "--port", port], [POSTLUDE, "worker"], [POSTLUDE, "scheduler"]]


def main() -> int:
    environment = postlude_environment(os.environ)
    status = subprocess.run([POSTLUDE, "migrate"], cwd=ROOT, env=environment).returncode
    if status != 0:
        return status
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    running = [subprocess.Popen(command, cwd=ROOT, env=environment) for command in commands(environment["PORT"])]
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
    except KeyboardInterrupt:
        return 0
    finally:
        _end(running)
    return next(process.returncode for process in running if process.returncode is not None)


def _kept_key(file: Path) -> str:
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text().strip()


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
