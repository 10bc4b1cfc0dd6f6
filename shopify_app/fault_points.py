"""Named places where a process can be made to die, fail or hang, so that exactly-once is shown and not only claimed.

Nothing happens unless the environment says so: ``POSTLUDE_FAULT_POINT=<name>:<kind>[:<nth>]``, the kinds as in `Kind`,
`nth` (from 1) the visit of this process at which it strikes. With ``POSTLUDE_FAULT_POINT_ONCE=<file>`` it strikes once
among all processes: whoever creates the file.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from enum import StrEnum

VARIABLE, ONCE = "POSTLUDE_FAULT_POINT", "POSTLUDE_FAULT_POINT_ONCE"

POINTS = (
    "inbox.before_lease",
    "inbox.after_lease",
    "inbox.before_commit",
    "inbox.after_commit",
    "reaction.before_lease",
    "reaction.after_lease",
    "reaction.before_commit",
    "reaction.after_commit",
    "carry.before_lease",
    "carry.after_lease",
    "carry.before_attempted",
    "carry.after_attempted",
    "carry.after_answer",
    "carry.before_commit",
    "carry.after_commit",
    "look.before_read",
    "look.after_read",
    "look.before_commit",
    "look.after_commit",
    "mail.after_lease",
    "mail.after_attempted",
    "mail.after_text",
)
"""Every place, in the order in which work passes them: the inbox, the reactions, an outgoing step, its look-back, a
mail."""


class Kind(StrEnum):
    """What happens at the place."""

    KILL = "kill"  # as kill -9: nothing is cleaned up
    RAISE = "raise"  # as a fault of ours: the usual error path runs
    CRASH = "crash"  # as kill -9 inside one process: passes every handler of errors
    HANG = "hang"  # as a process that is stopped: until somebody ends it


class FaultInjected(Exception):
    """What `Kind.RAISE` raises."""


class ProcessCrashed(BaseException):
    """What `Kind.CRASH` raises: no handler of exceptions catches it."""


_visits: Counter[str] = Counter()


def reached(name: str) -> None:
    """Called where `name` is. Raises KeyError for a name that `POINTS` does not know, when faults are wanted at all."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    if name not in POINTS:
        raise KeyError(name)
    place, kind, nth = (*wanted.split(":"), "1")[:3]
    if place != name:
        return
    _visits[wanted] += 1
    if _visits[wanted] == int(nth) and _is_first(os.environ.get(ONCE)):
        _strike(Kind(kind), name)


def forget_visits() -> None:
    """Counts visits anew, as a new process does."""
    _visits.clear()


def _is_first(file: str | None) -> bool:
    if file is None:
        return True
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def _strike(kind: Kind, name: str) -> None:
    match kind:
        case Kind.KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        case Kind.RAISE:
            raise FaultInjected(name)
        case Kind.CRASH:
            raise ProcessCrashed(name)
        case Kind.HANG:
            while True:
                time.sleep(1)
