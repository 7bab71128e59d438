"""Typed readers of the environment.

Every setting that differs between installations is read through one of these. A value
that cannot be read stops start-up with a sentence that names the variable; a missing
one takes the default, or stops start-up where there is none.
"""

import os
import re
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import idna
from django.core.exceptions import ImproperlyConfigured

REQUIRED: Any = object()
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
CACHE_SCHEMES = {"redis", "rediss", "unix"}
DATABASE_SCHEMES = {"sqlite", "postgres", "postgresql"}


def read_text(name: str, default: Any = REQUIRED) -> str:
    """Return the variable as it stands, or ``default`` when it is not set."""
    return _read(name, default, str, "a text")


def read_flag(name: str, default: Any = REQUIRED) -> bool:
    """Return a yes/no variable; accepts 1/0, true/false, yes/no and on/off."""
    return _read(name, default, _parse_flag, "one of true or false")


def read_number(
    name: str, default: Any = REQUIRED, *, least: int = 0, most: int | None = None
) -> int:
    """Return a whole number of at least ``least`` and, if given, at most ``most``."""

    def parse(text: str) -> int:
        number = int(text)
        if number < least or (most is not None and number > most):
            raise ValueError
        return number

    expected = f"a whole number of at least {least}"
    if most is not None:
        expected = f"a whole number from {least} to {most}"
    return _read(name, default, parse, expected)


def read_percent(name: str, default: Any = REQUIRED) -> float:
    """Return a share in percent, from 0 to 100, such as 0.3."""

    def parse(text: str) -> float:
        percent = float(text)
        if not 0 <= percent <= 100:
            raise ValueError
        return percent

    return _read(name, default, parse, "a number of percent from 0 to 100")


def read_list(name: str, default: Any = REQUIRED) -> list[str]:
    """Return a comma-separated list without its blanks."""
    return _read(name, default, _parse_list, "a comma-separated list")


def read_address(name: str, default: Any = REQUIRED) -> str:
    """Return the address of a site or a mailbox, or a domain: the domain as A-label.

    Written as people know it (https://håbo.se) it would stand in no letter's header,
    and no browser asks for it so (RFC 5890 §2.3.2.1).
    """
    return _read(name, default, _encode_domain, "an address")


def read_addresses(name: str, default: Any = REQUIRED) -> list[str]:
    """Return a comma-separated list of such addresses."""
    expected = "a comma-separated list of addresses"
    return _read(
        name,
        default,
        lambda text: [_encode_domain(part) for part in _parse_list(text)],
        expected,
    )


def read_ip_addresses(name: str, default: Any = REQUIRED) -> list[str]:
    """Return a comma-separated list of IP addresses."""

    def parse(text: str) -> list[str]:
        return [str(ip_address(part)) for part in _parse_list(text)]

    return _read(name, default, parse, "a comma-separated list of IP addresses")


def read_group(prefix: str) -> dict[str, str]:
    """Return all variables that begin with ``prefix``, under the rest of their names."""
    return {
        name.removeprefix(prefix): value.strip()
        for name, value in os.environ.items()
        if name.startswith(prefix) and value.strip()
    }


def read_path(name: str, default: Any = REQUIRED) -> Path:
    """Return a path on this host."""
    return _read(name, default, Path, "a path")


def read_database(name: str, default: Any = REQUIRED) -> dict[str, Any]:
    """Return Django's database dictionary for a ``sqlite:`` or ``postgres:`` address."""

    def parse(text: str) -> dict[str, Any]:
        # Looked at first: of an unknown kind environ warns with the password in it.
        if urlsplit(text).scheme not in DATABASE_SCHEMES:
            raise ValueError
        return dict(environ.Env.db_url_config(text))

    return _read(
        name,
        default,
        parse,
        "a database address such as sqlite:///var/rundbrev.sqlite3 "
        "or postgres://user:password@host:5432/name",
    )


def read_caches(name: str, sizes: dict[str, int]) -> dict[str, dict[str, Any]]:
    """Return Django's caches, all in the one at a ``redis:`` address, kept apart there.

    Without an address each is this process's own, with at most ``sizes[cache]`` entries.
    """

    def parse(text: str) -> str:
        if urlsplit(text).scheme not in CACHE_SCHEMES:
            raise ValueError
        return text

    address = _read(
        name, None, parse, "a cache's address such as redis://:password@host:6379/0"
    )
    return {
        cache: _share_cache(address, cache) if address else _own_cache(cache, most)
        for cache, most in sizes.items()
    }


def _share_cache(address: str, cache: str) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": address,
        "KEY_PREFIX": f"rundbrev-{cache}",
    }


def _own_cache(cache: str, most: int) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": cache,
        "OPTIONS": {"MAX_ENTRIES": most},
    }


def _read(name: str, default: Any, parse: Callable[[str], Any], expected: str) -> Any:
    text = os.environ.get(name, "").strip()
    if not text:
        if default is REQUIRED:
            raise ImproperlyConfigured(f"Set {name} to {expected}.")
        return parse(default) if isinstance(default, str) else default
    try:
        return parse(text)
    except (ValueError, KeyError, ImproperlyConfigured) as error:
        # The value itself may be a secret, so only the variable is named.
        raise ImproperlyConfigured(f"{name} must be {expected}.") from error


def _parse_flag(text: str) -> bool:
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise ValueError


def _encode_domain(text: str) -> str:
    """Return an address with its domain as A-label; raises ValueError for what is none."""
    start, mark, rest = text.partition("//") if "//" in text else text.rpartition("@")
    host = re.split("[:/]", rest, maxsplit=1)[0]
    labels = [
        label if label.isascii() else idna.encode(label, uts46=True).decode("ascii")
        for label in host.split(".")
    ]
    return f"{start}{mark}{'.'.join(labels)}{rest[len(host) :]}"


def _parse_list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
