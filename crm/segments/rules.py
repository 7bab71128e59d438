"""The tree of a segment's rules: its shape, and how stored JSON is read into it.

Pure: no Django, no database. A tree looks like ::

    {"version": 1, "match": "all", "rules": [
        {"kind": "seat", "roles": [3], "countries": ["SE"]},
        {"match": "none", "rules": [{"kind": "language", "languages": ["en"]}]}]}

``match`` is ``all``, ``any`` or ``none``. Which kinds there are and what each may carry
comes from the registry in ``crm.segments.fields``, handed in as schemas.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.exceptions import RuleError

VERSION = 1
MATCHES = ("all", "any", "none")
# As deep as the editor can show; what is stored can always be edited.
MAX_DEPTH = 3
MAX_RULES = 200
# A hundred years in days; more is a slip of the finger.
MAX_NUMBER = 36_500
MAX_TEXT = 500


@dataclass(frozen=True)
class Param:
    """One value a rule may carry.

    ``ids``, ``texts``: a list with something in it; ``choice``: one of the options;
    ``flag``: true or false; ``number``: a whole number from 1; ``day``: "2026-03-01";
    ``text``: some text.
    """

    type: str
    required: bool = False
    options: tuple[str, ...] = ()


Schema = Mapping[str, Param]


@dataclass(frozen=True)
class Rule:
    """A leaf: one question about a contact."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """All, any or none of the rules inside."""

    match: str
    rules: tuple["Group | Rule", ...] = ()


def empty_rules() -> dict[str, Any]:
    """Return the stored form of a tree that matches nobody."""
    return {"version": VERSION, "match": "all", "rules": []}


def parse_rules(data: Any, schemas: Mapping[str, Schema]) -> Group:
    """Return the tree that ``data`` describes.

    Raises RuleError, with the path of the fault, for anything that is not exactly a
    tree of known kinds. An unknown key and a condition without a value are faults too:
    a condition that is silently dropped would widen the audience. Only the outermost
    group may be empty.
    """
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise RuleError(f"Not a rule tree of version {VERSION}.")
    group = _parse_group({k: v for k, v in data.items() if k != "version"}, schemas)
    if sum(1 for _rule in walk_rules(group)) > MAX_RULES:
        raise RuleError(f"More than {MAX_RULES} rules.")
    return group


def dump_rules(group: Group) -> dict[str, Any]:
    """Return the stored form of a tree; the reverse of ``parse_rules``."""
    return {"version": VERSION, **_dump(group)}


def walk_rules(group: Group) -> Iterator[Rule]:
    """Yield every leaf of the tree, in reading order."""
    for _path, rule in walk_paths(group):
        yield rule


def walk_paths(
    group: Group, path: tuple[int, ...] = ()
) -> Iterator[tuple[tuple[int, ...], Rule]]:
    """Yield (place, leaf) in reading order; ``(1, 0)``: first rule of the second."""
    for number, node in enumerate(group.rules):
        if isinstance(node, Group):
            yield from walk_paths(node, (*path, number))
        else:
            yield (*path, number), node


def _parse_group(
    data: dict[str, Any],
    schemas: Mapping[str, Schema],
    path: str = "",
    depth: int = 1,
) -> Group:
    if depth > MAX_DEPTH:
        raise RuleError(f"Groups are nested deeper than {MAX_DEPTH} levels.", path)
    if set(data) != {"match", "rules"} or data["match"] not in MATCHES:
        raise RuleError("A group needs 'match' (all, any, none) and 'rules'.", path)
    if not isinstance(data["rules"], list):
        raise RuleError("'rules' must be a list.", path)
    if depth > 1 and not data["rules"]:
        raise RuleError("This group has no rules.", path)
    nodes: list[Group | Rule] = []
    for number, child in enumerate(data["rules"]):
        at = f"{path}.rules.{number}".lstrip(".")
        if not isinstance(child, dict):
            raise RuleError("A rule must be an object.", at)
        if "kind" in child:
            nodes.append(_parse_leaf(child, schemas, at))
        else:
            nodes.append(_parse_group(child, schemas, at, depth + 1))
    return Group(data["match"], tuple(nodes))


def _parse_leaf(data: dict[str, Any], schemas: Mapping[str, Schema], path: str) -> Rule:
    kind = data["kind"]
    if not isinstance(kind, str) or kind not in schemas:
        raise RuleError(f"Unknown kind of rule: {kind!r}.", path)
    schema = schemas[kind]
    for key, value in data.items():
        if key == "kind":
            continue
        if key not in schema:
            raise RuleError(f"A {kind} rule has no {key!r}.", f"{path}.{key}")
        if not _fits(value, schema[key]):
            raise RuleError(f"{key!r} is not {schema[key].type}.", f"{path}.{key}")
    for key, param in schema.items():
        if param.required and key not in data:
            raise RuleError(f"A {kind} rule needs {key!r}.", f"{path}.{key}")
    return Rule(kind, {key: data[key] for key in schema if key in data})


def _fits(value: Any, param: Param) -> bool:
    return FITS[param.type](value, param)


def _fits_texts(value: Any, param: Param) -> bool:
    return _is_filled_list(value) and all(
        isinstance(v, str) and v and (not param.options or v in param.options)
        for v in value
    )


def _fits_day(value: Any, param: Param) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_filled_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


FITS: dict[str, Callable[[Any, Param], bool]] = {
    "ids": lambda v, _p: _is_filled_list(v) and all(type(one) is int for one in v),
    "texts": _fits_texts,
    "choice": lambda v, p: isinstance(v, str) and v in p.options,
    "flag": lambda v, _p: isinstance(v, bool),
    # Not isinstance: True is an int too.
    "number": lambda v, _p: type(v) is int and 1 <= v <= MAX_NUMBER,
    "day": _fits_day,
    "text": lambda v, _p: isinstance(v, str) and 0 < len(v.strip()) <= MAX_TEXT,
}


def _dump(node: Group | Rule) -> dict[str, Any]:
    if isinstance(node, Group):
        return {"match": node.match, "rules": [_dump(child) for child in node.rules]}
    return {"kind": node.kind, **node.values}
