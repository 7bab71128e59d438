"""A short seeded part of ``make faults``, as somebody starts it."""

import re
import subprocess
import sys

import pytest

from tests.databases import ROOT


def play(database, only):
    """Return what ``python -m tests.faults`` says, and how it ended."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults", "--small"]
    command += ["--seed", "7", "--database", database, "--only", only]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_faults_short_part_keeps_every_invariant(database):
    code, said = play(database, "T1,T4")

    assert code == 0, said
    lines = re.findall(r"^T\d+ .*holds", said, re.MULTILINE)
    assert [line.split()[0] for line in lines] == [*["T1"] * 5, "T4"]
