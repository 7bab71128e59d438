"""What one can set and run is written down for whoever operates the site."""

import ast
import re

import pytest
from django.conf import settings

OPERATIONS = settings.BASE_DIR / "docs" / "operations.md"
APPS = ("crm", "home", "newsletter")


# The one variable that is read before there are settings.
OF_DJANGO = {"DJANGO_SETTINGS_MODULE"}


def read_variables() -> dict[str, object]:
    """Return every variable that a settings module reads, with its plain default.

    The default is ``...`` where there is none, or where it is worked out. Of a group
    (``ANYMAIL_``) the prefix stands for all.
    """
    variables: dict[str, object] = {}
    for path in (settings.BASE_DIR / "config" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "").startswith("read_")
                and isinstance(node.args[0], ast.Constant)
            ):
                default = node.args[1] if len(node.args) > 1 else None
                plain = isinstance(default, ast.Constant)
                variables[node.args[0].value] = default.value if plain else ...
    return variables


def read_example() -> dict[str, tuple[bool, str]]:
    """Return the variables of .env.example: whether each is set there, and to what."""
    lines = re.findall(
        r"^(# )?([A-Z][A-Z_]+)=(.*)$",
        (settings.BASE_DIR / ".env.example").read_text(),
        re.MULTILINE,
    )
    return {name: (not comment, value) for comment, name, value in lines}


def read_table() -> dict[str, str]:
    """Return the defaults as the tables of docs/operations.md say them."""
    rows = r"^\| `([A-Z][A-Z_]+)…?` \| (.*?) \|"
    return dict(re.findall(rows, OPERATIONS.read_text(), re.MULTILINE))


def write_default(value: object) -> str:
    """Return a default as one writes it in the environment."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def own_commands():
    return {
        path.stem
        for app in APPS
        for path in (settings.BASE_DIR / app).glob("management/commands/[a-z]*.py")
    }


@pytest.fixture(scope="module")
def named():
    """Return everything that docs/operations.md sets in code type."""
    return set(re.findall(r"[\w.-]+", " ".join(code_spans(OPERATIONS.read_text()))))


def code_spans(markdown):
    fences = re.findall(r"```.*?```", markdown, re.DOTALL)
    return [*fences, *re.findall(r"`([^`\n]+)`", markdown)]


def test_every_variable_has_a_row_in_the_tables():
    assert {"SECRET_KEY", "DATABASE_URL", "ANYMAIL_"} <= set(read_variables())
    assert set(read_table()) == set(read_variables())


def test_every_variable_is_in_the_example():
    known = {
        "ANYMAIL_" if name.startswith("ANYMAIL_") else name for name in read_example()
    }

    assert known - OF_DJANGO == set(read_variables())


def test_defaults_are_as_written():
    defaults = {
        name: write_default(value)
        for name, value in read_variables().items()
        if value is not ...
    }
    in_table = {
        name: "" if text == "empty" else text.split("`")[1]
        for name, text in read_table().items()
        if text == "empty" or "`" in text
    }
    in_example = {
        name: value for name, (is_set, value) in read_example().items() if not is_set
    }

    assert {"PORT", "PAGE_CACHE_SECONDS"} <= defaults.keys() & in_table.keys()
    for said in (in_table, in_example):
        shared = defaults.keys() & said.keys()
        assert [name for name in shared if said[name] != defaults[name]] == []


def test_every_command_is_documented(named):
    assert "update_catalogues" in own_commands()
    assert own_commands() - named == set()
