"""Runs the benchmarks one after the other, each in a process of its own: ``python -m benchmarks [--quick]``.

The exit code is that of the worst: 0 when every gate is met.
"""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = {
    "benchmarks.intake": ["--quick"],
    "benchmarks.tracking_page": ["--quick"],
    "benchmarks.recommendations": ["--quick"],
    "benchmarks.scale": ["--orders", "100000"],
    "benchmarks.arrival_dates": [],
    "benchmarks.rehearsal": ["--orders", "20000"],
    "benchmarks.admin": ["--quick"],
    "benchmarks.lighthouse": ["--quick"],
}
"""Module -> what makes it short."""


def main() -> None:
    is_quick = "--quick" in sys.argv[1:]
    codes = {}
    for module, shortened in BENCHMARKS.items():
        print(f"\n== {module}", flush=True)
        codes[module] = subprocess.run([sys.executable, "-m", module, *(shortened if is_quick else [])]).returncode
    missed = [module for module, code in codes.items() if code]
    print(f"\ngates missed by: {', '.join(missed) or 'none'}")
    sys.exit(max(abs(code) for code in codes.values()))


if __name__ == "__main__":
    main()
