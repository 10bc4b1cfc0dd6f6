"""``python -m devstore``: one granian worker with many blocking threads, plus the inbox's mail server."""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from devstore.config import DevStoreConfig

SETTINGS = "DEVSTORE_SETTINGS"
THREADS = 32
PR_SET_PDEATHSIG = 1
WATCH_SECONDS = 0.2


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
        log_level=LogLevels.error,
        websockets=False,
    ).serve()


def application() -> object:
    """The WSGI application of the worker process, with its mail server running."""
    from devstore.app import create_devstore

    follow_parent()
    stored = json.loads(os.environ[SETTINGS])
    paths = {key: Path(stored[key]) if stored[key] else None for key in ("data_dir", "clock_file", "app_manifest")}
    config = DevStoreConfig(**(stored | paths))
    app = create_devstore(config)
    start_mail_server(app, config)
    return app


def follow_parent() -> None:
    """Ends this worker as soon as the server that started it is gone, however it went.

    A worker left over by a killed server would keep the port and answer beside its successor from a second memory.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def start_mail_server(app: Flask, config: DevStoreConfig) -> None:
    """The inbox takes mail on `smtp_port`; 0 means no mail server."""
    if not config.smtp_port:
        return
    from devstore.mail import start

    world = app.extensions["devstore"]
    start(world.store, config.smtp_port, world.now)


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
    parser.add_argument("--history", type=float, help="the share of its ordinary orders that a new shop begins with")
    parser.add_argument("--patience", type=float, help="multiplies the seconds in which the app has to answer")
    given = {key: value for key, value in vars(parser.parse_args(arguments)).items() if value is not None}
    return DevStoreConfig(**given)


if __name__ == "__main__":
    main()
