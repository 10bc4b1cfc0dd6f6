"""A web server alone on its port. Granian binds with SO_REUSEPORT, so that several of them would share one silently,
and each would get a part of what is asked."""

from __future__ import annotations

import errno
import fcntl
import multiprocessing
import os
import socket
import tempfile
import threading
import time
from ipaddress import ip_address
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from webhooks.receive import Intake

PATIENCE_SECONDS = 5.0
"""For a server that has just been told to end, or whose own server was killed."""
WATCH_SECONDS = 0.5

_marks: list[IO[str]] = []
"""Of the ports this process is to listen on, held open: they end with it and its own processes, however those end."""


def needs_port(host: str, port: int) -> None:
    """Raises ClickException where nobody can listen, or somebody does, or is about to, and goes on to."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while (failure := _refusal(host, port) or _taken_meanwhile(host, port)) is not None:
        if failure.errno != errno.EADDRINUSE:
            raise click.ClickException(f"Nobody can listen on {host}, port {port}: {failure.strerror}.")
        if time.monotonic() > give_up:
            sentence = f"Port {port} is taken: end what listens there, or name another one with --port."
            raise click.ClickException(sentence)
        time.sleep(WATCH_SECONDS / 5)


def _refusal(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as failure:
            return failure
    return None


def _taken_meanwhile(host: str, port: int) -> OSError | None:
    """Marks the port as ours: from finding it free to listening on it a server takes seconds. EADDRINUSE where another
    server of this user has marked it; where nothing can be written or locked there are no marks."""
    try:
        mark = (Path(tempfile.gettempdir()) / f"postlude-serves-{os.getuid()}-{ip_address(host)}-{port}").open("a")
    except OSError:
        return None
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as failure:
        mark.close()
        is_marked = isinstance(failure, BlockingIOError)
        return OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE)) if is_marked else None
    _marks.append(mark)
    return None


def web_process() -> Intake:
    """What each process of the server answers with. It ends as soon as the server is gone, however it went: left alone
    it would keep the port, and nobody would start it anew."""
    server = multiprocessing.parent_process()  # who made this one, also where it is gone by now
    parent = server.pid if server else os.getppid()
    threading.Thread(target=_end_with, args=(parent,), name="parent-watch", daemon=True).start()
    from shopify_app.app import from_environment

    return from_environment()


def _end_with(parent: int | None) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)
