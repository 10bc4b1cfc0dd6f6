"""`make test`: every check in turn, the quick ones first; stops at the first that fails and says how to repeat it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
APT = "apt-get install -y --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji"

TWO = ["-n", "2", "--dist", "loadfile"]
NO_DEMO = ["--ignore=tests/scenarios", "--ignore=tests/browser"]
"""Those two folders share one running product: they go together, in one process."""

STEPS: list[tuple[str, list[str]]] = [
    ("style", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("import contracts", ["lint-imports"]),
    ("types", ["pyright"]),
    ("tests on SQLite", ["pytest", "-q", *TWO, "-m", "not browser", *NO_DEMO]),
    (
        "tests on PostgreSQL",
        ["python", "scripts/with_postgres.py", "pytest", "-q", *TWO, "-m", "not browser and not once", *NO_DEMO],
    ),
    ("pages in a browser", ["pytest", "-q", "-m", "browser", *NO_DEMO]),
    ("stories through the running product", ["pytest", "-q", "tests/browser", "tests/scenarios"]),
]


def main() -> int:
    """Runs the steps; the exit status of the first that failed, else 0."""
    if not any(shutil.which(name) for name in BROWSERS):
        print(f"The browser tests need Chromium, which is missing. On Debian or Ubuntu:\n    sudo {APT}")
        return 1
    started = time.monotonic()
    for name, command in STEPS:
        print(f"\n== {name}: {' '.join(command)}", flush=True)
        began = time.monotonic()
        status = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, env=_environment()).returncode
        print(f"== {name}: {'passed' if status == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s", flush=True)
        if status != 0:
            print(f"Repeat it with: {BIN.relative_to(ROOT)}/{' '.join(command)}")
            return status
    print(f"\nEverything passed in {time.monotonic() - started:.0f} s.")
    return 0


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}


if __name__ == "__main__":
    sys.exit(main())
