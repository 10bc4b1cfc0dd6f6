"""`make test`: every check, the quick ones first; stops at the first that fails and says how to repeat it.

The lanes of one round run side by side, the checks of one lane one after another. Stories mostly wait, for programs
that they have started or killed, so checks that only reckon cost hardly any time beside them. Each database is asked by
one process, which reads the tests once and keeps what it has compiled: the lanes together leave no core idle. What runs
beside another keeps its output until it has ended.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from ctypes.util import find_library
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
APT = "apt-get install -y --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji \
libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
LAST_WORDS_SECONDS = 90
"""How long a check that is told to stop may take to end the programs that it started."""

TOGETHER = ["tests/browser", "tests/scenarios"]
"""Those two folders share one running product: they go together, in one process."""
EXTENSIONS = "tests/extensions"
"""Shopify's own tools do most of that folder's work, and none of it has a database."""
ASIDE = [
    EXTENSIONS,
    *(f"tests/{name}" for name in ("devstore", "faults", "messages", "shopify", "templates", "webhooks")),
]
"""Not asked in the lane of SQLite, which would be the longest, but by themselves in that of PostgreSQL."""
QUICK = "not browser and not slow"
"""The others have commands of their own: `make slow` runs what takes its time, after this."""
ASKED = f"{QUICK} and not once and (asked or not again)"
"""Of PostgreSQL: everything, but not twice."""


def but(*folders: str) -> list[str]:
    """Every folder of tests but these."""
    return [f"--ignore={folder}" for folder in folders]


@dataclass
class Check:
    """One command of the environment that must end well."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    output: IO[bytes] | None = field(default=None, init=False)
    began: float = field(default=0.0, init=False)

    def start(self, keeps_quiet: bool) -> None:
        """Lets it run; a quiet one shows its output when it is over."""
        print(f"\n== {self.name}: {shlex.join(self.command)}", flush=True)
        self.output = tempfile.TemporaryFile() if keeps_quiet else None  # noqa: SIM115 - read when it is over
        command = [str(BIN / self.command[0]), *self.command[1:]]
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=self.output, stderr=self.output, start_new_session=True
        )

    def ended(self) -> int | None:
        """The exit status, told once; None while it runs."""
        status = self.process.poll() if self.process else None
        if status is None:
            return None
        if self.output:
            print(f"\n== {self.name}:", flush=True)
            self.output.seek(0)
            shutil.copyfileobj(self.output, sys.stdout.buffer)
        print(f"== {self.name}: {'passed' if status == 0 else 'FAILED'} in {time.monotonic() - self.began:.0f} s")
        if status != 0:
            print(f"Repeat it with: {BIN.relative_to(ROOT)}/{shlex.join(self.command)}")
        sys.stdout.flush()
        return status

    def stop(self) -> None:
        """Ends it as Ctrl-C would, with what it started."""
        if self.process is None or self.process.poll() is not None:
            return
        print(f"== {self.name}: stopped", flush=True)
        for number, seconds in ((signal.SIGINT, LAST_WORDS_SECONDS), (signal.SIGKILL, None)):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
                return


def environment() -> dict[str, str]:
    """Ours, with the tools on the path. The product is started hundreds of times: where nothing compiled may be
    written beside the sources, it is kept elsewhere, for compiling all anew takes each process seconds."""
    ours = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    if ours.pop("PYTHONDONTWRITEBYTECODE", ""):
        ours.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".cache" / "bytecode"))
    return ours


def driving_a_browser() -> list[str]:
    """The files with tests in a browser, of those that need no running product: whoever is told fewer files has fewer
    to read before the first test."""
    files = (path for path in sorted((ROOT / "tests").rglob("test_*.py")) if "pytest.mark.browser" in path.read_text())
    named = [str(path.relative_to(ROOT)) for path in files]
    return [name for name in named if not name.startswith(("tests/scenarios/", "tests/browser/"))]


def on_postgres(*arguments: str) -> list[str]:
    """These tests on a throw-away PostgreSQL server."""
    return ["python", "scripts/with_postgres.py", "pytest", "-q", *arguments]


Lane = list[Check]
ROUNDS: list[list[Lane]] = [
    [[Check("style", ["ruff", "check", "."]), Check("format", ["ruff", "format", "--check", "."])]],
    [[Check("import contracts", ["lint-imports"])]],
    [
        [
            Check("types", ["pyright"]),
            Check("stories through the running product", ["pytest", "-q", "-m", "not slow", *TOGETHER]),
            Check("pages in a browser", ["pytest", "-q", "-m", "browser and not slow", *driving_a_browser()]),
        ],
        [Check("tests on SQLite", ["pytest", "-q", "-m", QUICK, *but(*TOGETHER, *ASIDE)])],
        [
            Check("extensions, and more tests on SQLite", ["pytest", "-q", "-m", QUICK, *ASIDE]),
            Check("tests on PostgreSQL", on_postgres("-m", ASKED, *but(*TOGETHER, EXTENSIONS))),
        ],
    ],
]


def main() -> int:
    """Runs the rounds; the exit status of the first check that failed, else 0."""
    missing = [] if any(shutil.which(name) for name in BROWSERS) else ["The browser tests need Chromium"]
    missing += [] if find_library("pangoft2-1.0") else ["The tests of packing slips need Pango"]
    if missing:
        print(f"{', '.join(missing)}, which is missing. On Debian or Ubuntu:\n    sudo {APT}")
        return 1
    started = time.monotonic()
    for lanes in ROUNDS:
        if status := go_round(lanes):
            return status
    print(f"\nEverything passed in {time.monotonic() - started:.0f} s.")
    return 0


def go_round(lanes: list[Lane]) -> int:
    """Runs these side by side; the status of the first check that failed (the others are stopped), else 0."""
    keeps_quiet = len(lanes) > 1
    waiting = [list(lane) for lane in lanes]
    running: list[Check | None] = [None] * len(lanes)
    try:
        while any(waiting) or any(running):
            for place, check in enumerate(running):
                status = check.ended() if check else 0
                if status:
                    return abs(status)
                if status == 0:
                    running[place] = following(waiting[place], keeps_quiet)
            time.sleep(0.1)
        return 0
    finally:
        for check in filter(None, running):
            check.stop()


def following(lane: Lane, keeps_quiet: bool) -> Check | None:
    """The next check of the lane, started; None when there is none left."""
    if not lane:
        return None
    check = lane.pop(0)
    check.start(keeps_quiet)
    return check


if __name__ == "__main__":
    sys.exit(main())
