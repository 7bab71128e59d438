"""Every address of the site as a path that can be opened."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils.regex_helper import normalize

# What stands in for a part of the path, tried in turn.
SAMPLES = ("1", "x", "x/", "crm", "2026")


@dataclass(frozen=True)
class Address:
    """A route as it is written in the URL configuration, and a path that meets it."""

    route: str
    path: str

    @property
    def takes_no_parts(self) -> bool:
        return "<" not in self.route and "(" not in self.route


def list_addresses() -> list[Address]:
    """Return every route once, with a path that resolves.

    Raises LookupError for a route that no sample fits, so that none is passed over.
    """
    found = {}
    for route, patterns in _walk(get_resolver(), "", ()):
        if route not in found and not _catches_what_is_left(route):
            found[route] = Address(route, _find_path(route, patterns))
    return list(found.values())


def _walk(resolver, prefix: str, above: tuple) -> Iterator[tuple[str, tuple]]:
    for pattern in resolver.url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route, (*above, pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield route, (*above, pattern.pattern)


def _catches_what_is_left(route: str) -> bool:
    # Wagtail's admin ends with a pattern that answers 404 to everything else.
    return route.endswith("^.*/$")


def _find_path(route: str, patterns: tuple) -> str:
    for sample in SAMPLES:
        path = "/"
        for pattern in patterns:
            text, names = normalize(pattern.regex.pattern)[0]
            path += text % dict.fromkeys(names, sample)
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    raise LookupError(f"No sample fits the route {route}")
