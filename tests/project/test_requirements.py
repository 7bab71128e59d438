"""The locked lists are what the .in files ask for, each with its hashes."""

import re
from importlib.metadata import distribution

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PINNED = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", re.MULTILINE)


def read_asked(name):
    """Return the requirements of an .in file, those of the files it includes too."""
    asked = []
    for line in (settings.BASE_DIR / name).read_text().splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("-r "):
            asked += read_asked(line.removeprefix("-r ").strip())
        elif line:
            asked.append(Requirement(line))
    return asked


def read_locked(name):
    """Return package → (version, its block of text with the hashes)."""
    text = (settings.BASE_DIR / name).read_text()
    starts = [match.start() for match in PINNED.finditer(text)] + [len(text)]
    locked = {}
    for match, end in zip(PINNED.finditer(text), starts[1:], strict=True):
        block = text[match.start() : end]
        locked[canonicalize_name(match[1])] = (match[2], block)
    return locked


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_lock_meets_what_is_asked(name):
    locked = read_locked(f"{name}.txt")

    unmet = [
        str(requirement)
        for requirement in read_asked(f"{name}.in")
        if not requirement.specifier.contains(
            locked.get(canonicalize_name(requirement.name), ("0", ""))[0]
        )
    ]

    assert unmet == [], "run make lock"


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_lock_has_a_hash_for_every_package(name):
    locked = read_locked(f"{name}.txt")

    assert len(locked) > 20
    assert [
        p for p, (_v, block) in locked.items() if "--hash=sha256:" not in block
    ] == []


def test_tests_run_on_the_versions_that_the_site_runs_on():
    site, tests = read_locked("requirements.txt"), read_locked("requirements-dev.txt")

    versions = {package: version for package, (version, _block) in site.items()}
    assert {package: tests[package][0] for package in site} == versions


def test_installed_versions_are_the_locked_ones():
    locked = read_locked("requirements.txt")

    assert distribution("django").version == locked["django"][0]
    assert distribution("wagtail").version == locked["wagtail"][0]
