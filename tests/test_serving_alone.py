"""`postlude serve` is alone on its port, and nothing of it stays there when it is killed."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import httpx
import pytest
from click.testing import CliRunner

from devstore.programs import free_port, installed
from shopify_app import listening
from shopify_app.cli import main

WHILE_IT_STARTED = """
import multiprocessing, os, sys, time, types
from shopify_app import listening

sys.modules["shopify_app.app"] = types.SimpleNamespace(from_environment=lambda: None)
server = os.getpid()

def web_process():
    while os.getppid() == server:
        time.sleep(0.01)
    listening.web_process()
    time.sleep(60)

multiprocessing.get_context("fork").Process(target=web_process).start()
os._exit(0)
"""
"""A server that is gone before its process looks for it."""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A deployment on SQLite, its tables made."""
    found = {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "s" * 32,
        "POSTLUDE_ENCRYPTION_KEYS": "00" * 32,
        "POSTLUDE_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/postlude.sqlite3",
        "REDIS_URL": f"redis+socket://{tmp_path}/none.sock",
    }
    assert CliRunner().invoke(main, ["migrate"], env=found).exit_code == 0
    return found


def until(is_so: Callable[[], bool], seconds: float) -> bool:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        with contextlib.suppress(httpx.HTTPError):
            if is_so():
                return True
        time.sleep(0.1)
    return False


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@pytest.mark.once
def test_a_port_that_is_taken_is_refused_with_a_sentence(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "PATIENCE_SECONDS", 0.2)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the server itself does
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        told = CliRunner().invoke(main, ["serve", "--port", str(port)], env=environ)

    assert told.exit_code == 1
    assert f"Port {port} is taken: end what listens there" in told.output


@pytest.mark.once
def test_of_two_servers_begun_at_the_same_moment_the_second_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "PATIENCE_SECONDS", 0.2)
    port = free_port(8790)
    listening.needs_port("127.0.0.1", port)  # it does not listen yet

    with pytest.raises(click.ClickException, match=f"Port {port} is taken: end what listens there"):
        listening.needs_port("127.0.0.1", port)


def test_where_no_file_can_be_locked_a_server_begins_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(listening.fcntl, "flock", without_locks)
    monkeypatch.setattr(listening, "_refusal", lambda *_: None)

    listening.needs_port("127.0.0.1", 8791)


def test_an_address_of_another_machine_is_refused_with_a_sentence(environ: dict[str, str]) -> None:
    told = CliRunner().invoke(main, ["serve", "--host", "203.0.113.7"], env=environ)

    assert told.exit_code == 1
    assert "Nobody can listen on 203.0.113.7, port 8000" in told.output


@pytest.mark.once
def test_what_a_killed_server_leaves_behind_ends_by_itself(environ: dict[str, str], tmp_path: Path) -> None:
    port = free_port(8750)
    command = [installed("postlude"), "serve", "--port", str(port)]
    address = f"http://127.0.0.1:{port}/healthz"
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, env=os.environ | environ, stdout=log, stderr=log) as server,
    ):
        assert until(lambda: httpx.get(address, trust_env=False).status_code == 200, 120)
        server.send_signal(signal.SIGKILL)

    assert until(lambda: is_free(port), 60)


@pytest.mark.once
def test_a_process_whose_server_was_killed_while_it_started_ends_as_well() -> None:
    # what it prints to stays open as long as it is there
    done = subprocess.run([sys.executable, "-c", WHILE_IT_STARTED], capture_output=True, timeout=30, check=False)

    assert done.returncode == 0, done.stderr
