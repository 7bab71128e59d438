"""SPF (RFC 7208): who may send for a domain. Asks a directory given to it; no socket.

Evaluates for one address and, apart from that, walks the whole record, because a record
that needs too many look-ups fails for some senders and not for others. Macros and ``ptr``
(§5.5: not to be used) match nobody here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Protocol

# §4.6.4: more than this is a permanent error at the receiver.
MOST_LOOKUPS = 10
VERDICTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
ASKING = ("include", "a", "mx", "ptr", "exists")
KNOWN = (*ASKING, "all", "ip4", "ip6")

Ip = IPv4Address | IPv6Address


class Directory(Protocol):
    """What is asked of the DNS; an absent name is an empty list.

    Raises LookupFailed (``newsletter.mail.directory``) when nobody answers.
    """

    def txt(self, name: str) -> list[str]: ...
    def mx(self, name: str) -> list[str]: ...
    def addresses(self, name: str) -> list[str]: ...


class SpfError(Exception):
    """The record cannot be used: ``problem`` is "many", "syntax" or "lookups"."""

    def __init__(self, problem: str, detail: str = "") -> None:
        super().__init__(problem, detail)
        self.problem = problem
        self.detail = detail


@dataclass(frozen=True)
class Term:
    """A mechanism, or a modifier (``qualifier`` "=")."""

    qualifier: str
    name: str
    value: str
    prefix: str = ""

    def target(self, domain: str) -> str:
        """Return the domain it is about."""
        return self.value or domain


@dataclass(frozen=True)
class Survey:
    """What a whole record amounts to: look-ups it may need, and how it ends."""

    record: str
    lookups: int
    ending: str


def find_record(domain: str, directory: Directory) -> str:
    """Return the domain's SPF record, or "". Raises SpfError "many" (§4.5)."""
    records = [
        text
        for text in directory.txt(domain)
        if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")
    ]
    if len(records) > 1:
        raise SpfError("many", domain)
    return records[0] if records else ""


def survey(domain: str, directory: Directory) -> Survey | None:
    """Return what the domain's record amounts to; None when it has none.

    Raises SpfError for a record that receivers cannot use.
    """
    record = find_record(domain, directory)
    if not record:
        return None
    lookups = _count_lookups(domain, directory, 0)
    return Survey(record, lookups, _find_ending(domain, directory))


def find_verdict(ip: str, domain: str, directory: Directory) -> str:
    """Return "pass", "fail", "softfail", "neutral" or "none" for that address.

    Raises SpfError for a record that receivers cannot use.
    """
    return _Evaluation(ip_address(ip), directory).judge(domain)


def parse(record: str) -> list[Term]:
    """Return the terms of a record in order. Raises SpfError "syntax"."""
    return [_parse_term(text) for text in record.split()[1:]]


class _Evaluation:
    def __init__(self, ip: Ip, directory: Directory) -> None:
        self.ip = ip
        self.directory = directory
        self.lookups = 0

    def judge(self, domain: str) -> str:
        record = find_record(domain, self.directory)
        if not record:
            return "none"
        terms = parse(record)
        for term in terms:
            if term.qualifier != "=" and self._matches(term, domain):
                return VERDICTS[term.qualifier]
        for term in terms:
            if term.name == "redirect" and term.qualifier == "=":
                self._ask()
                return self.judge(term.value)
        return "neutral"

    def _matches(self, term: Term, domain: str) -> bool:
        if term.name == "all":
            return True
        if term.name in {"ip4", "ip6"}:
            return self._is_in(term.value, term.prefix)
        self._ask()
        if "%" in term.value or term.name in {"ptr", "exists"}:
            return False
        target = term.target(domain)
        if term.name == "include":
            return self.judge(target) == "pass"
        hosts = [target] if term.name == "a" else self.directory.mx(target)
        return any(
            self._is_in(address, _prefix_for(address, term.prefix))
            for host in hosts[:MOST_LOOKUPS]
            for address in self.directory.addresses(host)
        )

    def _is_in(self, address: str, prefix: str) -> bool:
        text = f"{address}/{prefix}" if prefix else address
        try:
            return self.ip in ip_network(text, strict=False)
        except ValueError as error:
            raise SpfError("syntax", text) from error

    def _ask(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise SpfError("lookups")


def _count_lookups(domain: str, directory: Directory, before: int) -> int:
    """Return how many look-ups all of the record takes, those of includes too."""
    count = before
    for term in parse(find_record(domain, directory)):
        if term.name not in ASKING and term.name != "redirect":
            continue
        count += 1
        # Far enough to say so; a record that includes itself ends here too.
        if count > 2 * MOST_LOOKUPS:
            return count
        if term.name in {"include", "redirect"} and "%" not in term.value:
            count = _count_lookups(term.value, directory, count)
    return count


def _find_ending(domain: str, directory: Directory, depth: int = 0) -> str:
    """Return what becomes of all others: "fail", "softfail", "pass", "neutral"."""
    terms = parse(find_record(domain, directory))
    for term in terms:
        if term.name == "all":
            return VERDICTS[term.qualifier]
    for term in terms:
        if term.name == "redirect" and depth < MOST_LOOKUPS:
            return _find_ending(term.value, directory, depth + 1)
    return "neutral"


def _parse_term(text: str) -> Term:
    name, is_modifier, value = _split_modifier(text)
    if is_modifier:
        return Term("=", name, value)
    qualifier, rest = ("+", text) if text[0] not in VERDICTS else (text[0], text[1:])
    name, _colon, value = rest.partition(":")
    name, _slash, prefix = name.partition("/")
    if not prefix:
        value, _slash, prefix = value.partition("/")
    name = name.lower()
    if name not in KNOWN or (name in {"include", "ip4", "ip6"} and not value):
        raise SpfError("syntax", text)
    term = Term(qualifier, name, value, prefix)
    for network in _networks(term):
        try:
            ip_network(network, strict=False)
        except ValueError as error:
            raise SpfError("syntax", text) from error
    return term


def _split_modifier(text: str) -> tuple[str, bool, str]:
    name, equals, value = text.partition("=")
    return name.lower(), bool(equals) and name.isalpha(), value


def _networks(term: Term) -> Iterator[str]:
    if term.name in {"ip4", "ip6"}:
        yield f"{term.value}/{term.prefix}" if term.prefix else term.value


def _prefix_for(address: str, prefix: str) -> str:
    """Return the part of ``24//64`` that is meant for this kind of address."""
    # The first slash has been taken off: of "a//64", "/64" is left.
    four, _slash, six = prefix.partition("/")
    return six.strip("/") if ":" in address else four
