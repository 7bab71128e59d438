"""bin/find-python finds what fits, whatever lies in its way."""

import subprocess
import sys

import pytest
from django.conf import settings

FIND_PYTHON = settings.BASE_DIR / "bin" / "find-python"


@pytest.fixture
def path(tmp_path):
    """Return a directory that is the whole PATH, with what the script itself uses."""
    directory = tmp_path / "bin dir"
    directory.mkdir()
    for tool in ("sh", "ls"):
        (directory / tool).symlink_to(f"/bin/{tool}")
    return directory


def add_program(path, name, script):
    path.mkdir(parents=True, exist_ok=True)
    (path / name).write_text(f"#!/bin/sh\n{script}\n")
    (path / name).chmod(0o755)


def find_python(path, home, **variables):
    environment = {"PATH": str(path), "HOME": str(home), **variables}
    return subprocess.run(
        [FIND_PYTHON], env=environment, capture_output=True, text=True, check=False
    )


def test_find_python_with_nothing_fitting_says_so_in_one_line(path, tmp_path):
    add_program(path, "python3", "exit 1")

    done = find_python(path, tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("Rundbrev needs Python 3.12 or newer")


def test_find_python_too_old_on_path_goes_on_to_pyenv(path, tmp_path):
    add_program(path, "python3", "exit 1")
    versions = tmp_path / ".pyenv" / "versions"
    add_program(versions / "3.9.18" / "bin", "python", "exit 1")
    add_program(versions / "3.12.1" / "bin", "python", f'exec "{sys.executable}" "$@"')

    done = find_python(path, tmp_path)

    assert (done.returncode, done.stdout) == (0, f"{sys.executable}\n")


def test_find_python_named_one_comes_first(path, tmp_path):
    add_program(path, "python3", "echo wrong")

    done = find_python(path, tmp_path, PYTHON=sys.executable)

    assert (done.returncode, done.stdout) == (0, f"{sys.executable}\n")


def test_find_python_asks_uv_last(path, tmp_path):
    managed = tmp_path / "managed python"
    managed.symlink_to(sys.executable)
    add_program(path, "uv", f'[ "$2" = find ] && echo "{managed}" || exit 0')

    done = find_python(path, tmp_path)

    assert done.returncode == 0
    assert done.stderr == "Fetching Python 3.12 with uv ...\n"
