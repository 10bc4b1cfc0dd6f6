"""Several demos on one machine: nobody takes a port that another has chosen and does not listen on yet."""

import subprocess
import sys

import pytest

from devstore.programs import ROOT, CannotStart, free_port, port_for

CHOICE = "from devstore.programs import free_port; print(free_port({first})); input()"


def test_two_demos_that_start_at_the_same_moment_choose_different_ports() -> None:
    ours = free_port(8600)
    command = [sys.executable, "-c", CHOICE.format(first=ours)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        theirs = int(other.stdout.readline())

        assert theirs > ours
        assert free_port(ours) not in (ours, theirs)
        with pytest.raises(CannotStart, match=f"has chosen port {theirs}"):
            port_for(theirs, 8000)
        other.communicate("\n")

    assert port_for(theirs, 8000) == theirs, "whoever has ended holds nothing"
