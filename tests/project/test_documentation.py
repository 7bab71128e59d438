"""What one can set and run is written down for whoever operates the site."""

import ast
import re

import pytest
from django.conf import settings

OPERATIONS = settings.BASE_DIR / "docs" / "operations.md"
APPS = ("crm", "home", "newsletter")


def read_variables():
    """Return every variable of the environment that a settings module reads."""
    names = set()
    for path in (settings.BASE_DIR / "config" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "").startswith("read_")
                and isinstance(node.args[0], ast.Constant)
            ):
                names.add(node.args[0].value)
    return names


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


def test_every_variable_is_documented(named):
    assert {"SECRET_KEY", "DATABASE_URL"} <= read_variables()
    assert read_variables() - named == set()


def test_every_command_is_documented(named):
    assert "update_catalogues" in own_commands()
    assert own_commands() - named == set()
