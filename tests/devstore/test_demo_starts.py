"""`make demo` says in a sentence what keeps it from starting, and never starts into another demo."""

from __future__ import annotations

import contextlib
import io
import os
import re
import socket
import sys
import threading
from pathlib import Path

import pytest

from devstore.demo import Demo
from devstore.demo_choices import read_choices
from devstore.programs import CannotStart, Programs, Stopped


def choices(folder: Path, *more: str) -> list[str]:
    return ["--data-dir", str(folder), *more]


@pytest.mark.parametrize("option", ["--port", "--devstore-port"])
def test_a_port_on_which_another_server_listens_is_refused(tmp_path: Path, option: str) -> None:
    """Servers that share a port would each get half of what is asked."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])

        with pytest.raises(CannotStart, match=f"port {port} is taken"):
            read_choices(choices(tmp_path, option, port))


@pytest.mark.parametrize("port", ["0", "-1", "99999"])
def test_what_is_no_port_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(CannotStart, match="is no port"):
        read_choices(choices(tmp_path, "--port", port))


def test_a_folder_that_there_cannot_be_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(CannotStart, match="nothing can be written to"):
        Demo(read_choices(choices(file)), threading.Event())
    with pytest.raises(CannotStart, match="there is no folder"):
        read_choices(choices(tmp_path, "--ready-file", str(tmp_path / "nowhere" / "ready.json")))


def test_two_demos_never_share_a_shop(tmp_path: Path) -> None:
    first = Demo(read_choices(choices(tmp_path)), threading.Event())
    try:
        with pytest.raises(CannotStart, match="another demo runs with"):
            Demo(read_choices(choices(tmp_path)), threading.Event())
        Demo(read_choices(choices(tmp_path, "--seed", "2")), threading.Event()).stop()
    finally:
        first.stop()

    Demo(read_choices(choices(tmp_path)), threading.Event()).stop()


LATER = """import pathlib, sys
tries = pathlib.Path(sys.argv[1])
tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
sys.exit(f"{sys.argv[2]}: try {len(tries.read_text())}" if len(tries.read_text()) < 3 else 0)"""
"""Fails twice with what it is told to say."""


def test_a_command_that_found_the_database_busy_is_repeated_and_no_other_one(tmp_path: Path) -> None:
    """SQLite has one writer at a time, and gives the next turn to whoever looks at the right moment."""
    programs = Programs({}, tmp_path, threading.Event())

    programs.once([sys.executable, "-c", LATER, str(tmp_path / "busy"), "database is locked"])
    with pytest.raises(CannotStart, match="no such shop: try 1"):
        programs.once([sys.executable, "-c", LATER, str(tmp_path / "wrong"), "no such shop"])


def test_who_waits_for_a_command_or_an_answer_hears_at_once_that_it_shall_stop(tmp_path: Path) -> None:
    stop, looks = threading.Event(), []

    def look() -> None:
        looks.append(1)
        stop.set()

    programs = Programs(dict(os.environ), tmp_path, stop, look)
    with pytest.raises(Stopped):
        programs.once([sys.executable, "-c", "import time; time.sleep(60)"])
    stop.clear()
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Stopped):
        programs.ask("GET", f"http://127.0.0.1:{silent.getsockname()[1]}/")
    with pytest.raises(Stopped):
        programs.run("web", [sys.executable, "-c", "import time; time.sleep(60)"])

    assert programs.pids == {}
    assert looks


UNTIL = """import pathlib, sys, time
for _ in range(600):
    if pathlib.Path(sys.argv[1]).exists(): break
    time.sleep(0.05)"""
"""Takes its time until a file is there."""


class Terminal(io.StringIO):
    """Makes a file once it was told how long something takes: machines stand still as they like."""

    def __init__(self, heard: Path) -> None:
        super().__init__()
        self._heard = heard

    def write(self, text: str) -> int:
        if re.search(r"[1-9]\d* s so far", text):
            self._heard.touch()
        return super().write(text)


def test_a_stage_that_takes_its_time_says_for_how_long(tmp_path: Path) -> None:
    demo, heard = Demo(read_choices(choices(tmp_path)), threading.Event()), tmp_path / "heard"
    try:
        with contextlib.redirect_stdout(Terminal(heard)):
            demo.programs.once([sys.executable, "-c", UNTIL, str(heard)])
    finally:
        demo.stop()

    assert heard.exists()
