from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import (
    read_address,
    read_addresses,
    read_caches,
    read_database,
    read_flag,
    read_ip_addresses,
    read_list,
    read_number,
    read_path,
    read_text,
)


@pytest.fixture
def variable(monkeypatch):
    """Return a function that sets the variable X."""
    monkeypatch.delenv("X", raising=False)
    return lambda value: monkeypatch.setenv("X", value)


@pytest.mark.parametrize(
    "read", [read_text, read_flag, read_number, read_list, read_path, read_database]
)
@pytest.mark.parametrize("value", [None, "", "   "])
def test_required_variable_not_set_stops_and_is_named(read, value, variable):
    if value is not None:
        variable(value)

    with pytest.raises(ImproperlyConfigured, match="^Set X to "):
        read("X")


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (read_flag, "maybe"),
        (read_flag, "2"),
        (read_number, "ten"),
        (read_number, "1.5"),
        (read_number, "-1"),
        (read_database, "mysql://root:hunter2@host/name"),
        (read_database, "hunter2"),
        (read_database, "sqlite3.db"),
        (read_address, "https://hå_bo.se"),
        (read_ip_addresses, "192.0.2.300"),
        (read_ip_addresses, "mx.example.org"),
    ],
)
def test_bad_value_stops_and_names_the_variable_but_not_the_value(
    read, value, variable
):
    variable(value)

    with pytest.raises(ImproperlyConfigured) as stopped:
        read("X")

    assert str(stopped.value).startswith("X must be ")
    assert "hunter2" not in str(stopped.value)


@pytest.mark.parametrize(
    ("read", "default"),
    [
        (read_text, "no"),
        (read_flag, False),
        (read_number, 7),
        (read_list, ["a"]),
        (read_path, Path("/srv")),
    ],
)
def test_variable_not_set_takes_the_default(read, default, variable):
    assert read("X", default) == default


@pytest.mark.parametrize(
    ("read", "value", "result"),
    [
        (read_text, " two words ", "two words"),
        (read_flag, "Yes", True),
        (read_flag, "on", True),
        (read_flag, "0", False),
        (read_flag, "FALSE", False),
        (read_number, "25", 25),
        (read_list, "a.example, b.example,,", ["a.example", "b.example"]),
        (read_path, "/srv/rundbrev", Path("/srv/rundbrev")),
        (read_address, "https://Håbo.se:81/nämnd", "https://xn--hbo-ula.se:81/nämnd"),
        (read_address, "HTTPS://Example.org/", "HTTPS://Example.org/"),
        (read_address, "http://[::1]:8000", "http://[::1]:8000"),
        (read_address, "studs@post.håbo.se", "studs@post.xn--hbo-ula.se"),
        (read_address, "håbo.se", "xn--hbo-ula.se"),
        (read_addresses, "*, .håbo.se,a.se:80", ["*", ".xn--hbo-ula.se", "a.se:80"]),
        (read_addresses, "https://*.håbo.se", ["https://*.xn--hbo-ula.se"]),
        (read_ip_addresses, "192.0.2.1, 2001:DB8::1", ["192.0.2.1", "2001:db8::1"]),
    ],
)
def test_variable_that_is_set_is_read_by_its_type(read, value, result, variable):
    variable(value)

    assert read("X", None) == result


def test_number_below_the_least_is_refused(variable):
    variable("4")

    with pytest.raises(ImproperlyConfigured, match="a whole number of at least 5"):
        read_number("X", 10, least=5)


def test_database_sqlite_is_a_file(variable):
    variable("sqlite:////srv/rundbrev.sqlite3")

    config = read_database("X")

    assert config["ENGINE"] == "django.db.backends.sqlite3"
    assert config["NAME"] == "/srv/rundbrev.sqlite3"


def test_database_postgres_is_read_into_its_parts(variable):
    variable("postgres://user:p%40ss@db.example:5433/rundbrev?sslmode=require")

    config = read_database("X")

    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["USER"], config["PASSWORD"]) == ("user", "p@ss")
    assert (config["HOST"], config["PORT"]) == ("db.example", 5433)
    assert (config["NAME"], config["OPTIONS"]) == (
        "rundbrev",
        {"sslmode": "require"},
    )


def test_database_default_is_an_address_too(variable):
    assert read_database("X", "sqlite:////srv/a.sqlite3")["NAME"] == "/srv/a.sqlite3"


def test_number_over_the_most_is_refused_with_the_range(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_CLAIM_SIZE", "201")

    with pytest.raises(ImproperlyConfigured) as refusal:
        read_number("NEWSLETTER_CLAIM_SIZE", 100, least=1, most=200)

    assert str(refusal.value) == (
        "NEWSLETTER_CLAIM_SIZE must be a whole number from 1 to 200."
    )


def test_caches_without_an_address_are_this_process_own(variable):
    found = read_caches("X", {"default": 5, "pages": 7})

    assert {name: cache["OPTIONS"] for name, cache in found.items()} == {
        "default": {"MAX_ENTRIES": 5},
        "pages": {"MAX_ENTRIES": 7},
    }
    assert found["default"]["LOCATION"] != found["pages"]["LOCATION"]


def test_caches_at_an_address_are_told_apart_by_prefix(variable):
    variable("redis://:secret@cache:6379/0")

    found = read_caches("X", {"default": 5, "pages": 7})

    assert {cache["LOCATION"] for cache in found.values()} == {
        "redis://:secret@cache:6379/0"
    }
    assert len({cache["KEY_PREFIX"] for cache in found.values()}) == 2


@pytest.mark.parametrize("value", ["cache:6379", "http://secret@cache"])
def test_cache_of_an_unknown_kind_stops_without_naming_the_value(variable, value):
    variable(value)

    with pytest.raises(ImproperlyConfigured, match="^X must be a cache") as stopped:
        read_caches("X", {"default": 5})

    assert "secret" not in str(stopped.value)
