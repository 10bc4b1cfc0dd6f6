"""What `make demo` was told, and what is chosen for it where it was told nothing."""

from __future__ import annotations

import argparse
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from devstore.programs import ROOT, CannotStart, free_port, port_for


@dataclass(frozen=True)
class Choices:
    """What the command line said, with everything filled in."""

    data_dir: Path
    port: int
    devstore_port: int
    smtp_port: int
    seed: int
    history: float
    patience: float
    ready_file: Path | None

    @property
    def app_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def devstore_url(self) -> str:
        return f"http://127.0.0.1:{self.devstore_port}"


def read_choices(arguments: list[str] | None) -> Choices:
    """The command line, with a free port for whatever was left out. Raises CannotStart."""
    parser = argparse.ArgumentParser(prog="make demo ARGS=", description="Runs Postlude with a seeded shop.")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "var" / "demo", help="where the shop is kept")
    parser.add_argument("--port", type=int, help="the app's port (8000, or the next free one)")
    parser.add_argument("--devstore-port", type=int, help="the dev store's port (8090, or the next free one)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another shop history")
    parser.add_argument("--history", type=float, default=1.0, help="a share of the orders, read in less time (0.3)")
    parser.add_argument("--patience", type=float, default=1.0, help="so many times longer the app may take to answer")
    parser.add_argument("--ready-file", type=Path, help="written when everything answers: addresses as JSON")
    chosen = parser.parse_args(arguments)
    if chosen.ready_file and not chosen.ready_file.absolute().parent.is_dir():
        raise CannotStart(f"there is no folder {chosen.ready_file.absolute().parent} for the ready file")
    port = port_for(chosen.port, 8000)
    devstore_port = port_for(chosen.devstore_port, 8090, port)
    return Choices(
        data_dir=chosen.data_dir.absolute(),
        port=port,
        devstore_port=devstore_port,
        smtp_port=free_port(8125, port, devstore_port),
        seed=chosen.seed,
        history=chosen.history,
        patience=chosen.patience,
        ready_file=chosen.ready_file.absolute() if chosen.ready_file else None,
    )


def keys_in(path: Path) -> dict[str, str]:
    """The demo's keys: made once, kept with its data."""
    if not path.exists():
        made = {
            "api_key": secrets.token_hex(16),
            "api_secret": secrets.token_hex(32),
            "encryption_key": secrets.token_hex(32),
        }
        path.write_text(json.dumps(made))
        path.chmod(0o600)
    return json.loads(path.read_text())
