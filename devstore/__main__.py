"""``python -m devstore``: one granian worker with many blocking threads, plus the inbox's mail server."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from granian.constants import Interfaces
from granian.server import Server

from devstore.config import DevStoreConfig

SETTINGS = "DEVSTORE_SETTINGS"
THREADS = 64


def main() -> None:
    """Reads the command line and serves until told to stop."""
    config = config_of(sys.argv[1:])
    # The worker process builds the application itself; it finds the configuration in the environment.
    os.environ[SETTINGS] = json.dumps(asdict(config), default=str)
    Server(
        "devstore.__main__:application",
        address="127.0.0.1",
        port=config.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=THREADS,
        backlog=1024,
        log_access=False,
        websockets=False,
    ).serve()


def application() -> object:
    """The WSGI application of the worker process, with its mail server running."""
    from devstore.app import create_devstore

    stored = json.loads(os.environ[SETTINGS])
    paths = {key: Path(stored[key]) if stored[key] else None for key in ("data_dir", "clock_file", "app_manifest")}
    config = DevStoreConfig(**(stored | paths))
    app = create_devstore(config)
    start_mail_server(app, config)
    return app


def start_mail_server(app: object, config: DevStoreConfig) -> None:
    """The inbox takes mail on `smtp_port`; 0 means no mail server."""
    if not config.smtp_port:
        return
    from devstore.mail import start

    start(app.extensions["devstore"].store, config)  # type: ignore[attr-defined]


def config_of(arguments: list[str]) -> DevStoreConfig:
    """The configuration of a command line; what is not given keeps its default."""
    parser = argparse.ArgumentParser(prog="python -m devstore", description="A Shopify in miniature.")
    for name in ("port", "seed", "smtp-port", "bucket-size", "restore-rate"):
        parser.add_argument(f"--{name}", type=int)
    for name in ("shop", "app-url", "api-key", "api-secret", "app-proxy-subpath", "origin", "installed-scopes"):
        parser.add_argument(f"--{name}")
    for name in ("data-dir", "clock-file", "app-manifest"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--retry-compression", type=float, help="divides the four hours of webhook retries")
    given = {key: value for key, value in vars(parser.parse_args(arguments)).items() if value is not None}
    return DevStoreConfig(**given)


if __name__ == "__main__":
    main()
