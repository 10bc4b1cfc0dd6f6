"""Google's Lighthouse (mobile) on the tracking page: standing alone, and in the theme of the demo's shop.

    .venv/bin/python -m benchmarks.lighthouse                       # starts the demo; about two minutes
    .venv/bin/python -m benchmarks.lighthouse --ready var/ready.json    # a demo that was started with --ready-file

Needs Chromium. Lighthouse is installed once from its lock file. Performance is the median of three runs, since it is
the machine's as much as the page's: on a busy one it says little. Accessibility does not vary.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TOOL = HERE / "lighthouse_node"
LEAST = {"performance": 0.99, "accessibility": 1.0}
TOLD_BESIDE = "best-practices"
RUNS = 3
START_SECONDS = 420


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one run of each page")
    parser.add_argument("--ready", type=Path, help="the ready file of a demo that is up")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    install()
    with tempfile.TemporaryDirectory() as folder, demo(chosen.ready, Path(folder)) as facts:
        pages = pages_of(facts)
        found = {name: judge(page, Path(folder), 1 if chosen.quick else RUNS) for name, page in pages.items()}
    sys.exit(0 if report(found) else 1)


def pages_of(facts: Mapping[str, Any]) -> dict[str, str]:
    """The demo's first tracking page, on both surfaces."""
    in_theme = facts["sample_tracking_url"]
    return {"in the theme": in_theme, "alone": f"{facts['app_url']}/t/{in_theme.rpartition('/')[2]}"}


def judge(page: str, folder: Path, runs: int) -> list[dict[str, Any]]:
    """What Lighthouse writes about a page, run by run."""
    return [lighthouse(page, folder / "report.json") for _ in range(runs)]


def report(found: Mapping[str, list[dict[str, Any]]]) -> bool:
    """Prints the scores and every audit that took something off; whether the gates are met."""
    is_good = True
    for name, runs in found.items():
        scores = {kind: statistics.median(scored(run, kind) for run in runs) for kind in (*LEAST, TOLD_BESIDE)}
        print(f"{name:14}", "  ".join(f"{kind} {score * 100:.0f}" for kind, score in scores.items()))
        for audit in sorted({audit for run in runs for audit in taken_off(run)}):
            print(f"{'':14} {audit}")
        is_good &= all(scores[kind] >= least for kind, least in LEAST.items())
    return is_good


def scored(run: Mapping[str, Any], kind: str) -> float:
    """0 to 1."""
    return run["categories"][kind]["score"] or 0.0


def taken_off(run: Mapping[str, Any]) -> list[str]:
    """The audits that count and are not at their best."""
    counting = {ref["id"] for kind in LEAST for ref in run["categories"][kind]["auditRefs"] if ref["weight"]}
    return [
        f"{name}: {audit['title']} {audit.get('displayValue', '')}".strip()
        for name, audit in run["audits"].items()
        if name in counting and audit["score"] is not None and audit["score"] < LEAST["performance"]
    ]


def lighthouse(page: str, written: Path, *more: str) -> dict[str, Any]:
    """One run, with `more` on its command line. Whatever it says on the way is only shown when it fails."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("no Chromium is installed")
    command = [
        node("node"), str(TOOL / "node_modules" / "lighthouse" / "cli" / "index.js"), page, "--output=json",
        f"--output-path={written}", "--quiet", "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        f"--only-categories={','.join((*LEAST, TOLD_BESIDE))}", *more,
    ]  # fmt: skip
    done = subprocess.run(command, env=os.environ | {"CHROME_PATH": chromium}, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"Lighthouse failed on {page}:\n{done.stderr[-2000:]}")
    return json.loads(written.read_text("utf-8"))


def install() -> None:
    """Lighthouse's packages from its lock file, once."""
    if not (TOOL / "node_modules" / "lighthouse").exists():
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        subprocess.run([node("npm"), "ci", "--ignore-scripts"], cwd=TOOL, env=environment, check=True)


def node(program: str) -> str:
    """Node and npm come with the virtual environment."""
    return str(Path(sys.executable).parent / program)


@contextmanager
def demo(ready: Path | None, folder: Path) -> Iterator[dict[str, Any]]:
    """The facts of a demo: of the one that wrote `ready`, else of a new one that ends with us."""
    if ready is not None:
        yield json.loads(ready.read_text("utf-8"))
        return
    written = folder / "ready.json"
    command = [sys.executable, "-m", "devstore.demo", "--data-dir", str(folder / "shop"), "--ready-file", str(written)]
    ours = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    with (folder / "demo.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=HERE.parent, env=ours, stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not written.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"The demo did not start:\n{(folder / 'demo.log').read_text()[-2000:]}")
            time.sleep(0.2)
        yield json.loads(written.read_text("utf-8"))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


if __name__ == "__main__":
    main()
