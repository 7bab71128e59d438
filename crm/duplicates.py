"""Contacts that may be one person: the same address, a like name in one organisation.

Nobody is compared with everybody: contacts that share a key (an address without its
ornaments, an organisation, a telephone number) are compared with one another, so that
the work grows with the register and not with its square.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy
from rapidfuzz.fuzz import token_sort_ratio

from crm.models import Affiliation, Contact, DistinctPair, Job

DUPLICATES_JOB = "duplicates"
Report = Callable[[int, int], None]

# Below this two names are two names: "Anna Ek" and "Anne Ek" are at 86 of 100.
LEAST_LIKE = 85
# In a larger group each is compared with its next neighbours by name only.
MOST_TOGETHER = 150
NEIGHBOURS = 8
MOST_SHOWN = 2000
DOTLESS_DOMAINS = {"gmail.com", "googlemail.com"}
# Local parts that belong to a desk, not to a person.
DESKS = {"info", "kontakt", "kansli", "post", "office", "contact", "registrator"}
LEAST_DIGITS = 7

ADDRESS, SEAT, MOVED, ORGANISATION, PHONE = (
    "address",
    "seat",
    "moved",
    "organisation",
    "phone",
)
REASONS = {
    ADDRESS: gettext_lazy("The same address in another form"),
    SEAT: gettext_lazy("One's address is that of the other's seat"),
    MOVED: gettext_lazy("The same name and the same address at another domain"),
    ORGANISATION: gettext_lazy("A like name in the same organisation"),
    PHONE: gettext_lazy("A like name and the same telephone number"),
}
# Of 100; what rests on a like name counts as far as the names are alike.
CERTAINTY = {ADDRESS: 99, SEAT: 95, MOVED: 92}


@dataclass
class Candidate:
    """Two contacts (first < second by id) with how sure it is, of 100, and why."""

    first: int
    second: int
    score: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, reason: str, score: int) -> None:
        """Add a reason; several make it surer."""
        if reason in self.reasons:
            return
        self.reasons.append(reason)
        best = max(self.score, score)
        self.score = min(99, best + 2) if len(self.reasons) > 1 else best


@dataclass(frozen=True)
class Person:
    """What is compared of a contact: folded name and its parts."""

    pk: int
    name: str
    given: str
    family: str


def find_duplicates(report: Report) -> list[Candidate]:
    """Return the likeliest pairs in the register, the surest first; at most 2,000.

    Pairs that somebody said are two people are left out. Reads contacts and their
    seats of today, each table once; ``report(done, total)`` says how far it has come.
    """
    pairs: dict[tuple[int, int], Candidate] = {}
    sources = (
        _same_address,
        _seat_address,
        _moved_domain,
        _same_organisation,
        _same_phone,
    )
    for done, source in enumerate(sources):
        report(done, len(sources))
        for one, other, reason, score in source():
            first, second = sorted((one, other))
            pair = pairs.setdefault((first, second), Candidate(first, second))
            pair.add(reason, score)
    for known in DistinctPair.objects.values_list("first", "second").iterator():
        pairs.pop(known, None)
    report(len(sources), len(sources))
    found = sorted(pairs.values(), key=lambda c: (-c.score, c.first, c.second))
    return found[:MOST_SHOWN]


def run_search(job: Job, report: Report) -> dict[str, Any]:
    """Do the job of looking for duplicates; its result holds the pairs."""
    found = find_duplicates(report)
    return {
        "pairs": [[c.first, c.second, c.score, c.reasons] for c in found],
        "at": timezone.now().isoformat(),
        "url": job.parameters.get("done_url", ""),
    }


def read_search(job: Job) -> list[Candidate]:
    """Return the pairs a job found that are still two contacts, and not two people."""
    found = [Candidate(*values) for values in job.result.get("pairs", [])]
    ids = {pk for c in found for pk in (c.first, c.second)}
    there = set(Contact.objects.filter(pk__in=ids).values_list("pk", flat=True))
    distinct = set(
        DistinctPair.objects.filter(first__in=ids).values_list("first", "second")
    )
    return [
        c
        for c in found
        if {c.first, c.second} <= there and (c.first, c.second) not in distinct
    ]


@transaction.atomic
def declare_distinct(one: Contact, other: Contact) -> None:
    """Say that the two are two people; saying it twice changes nothing."""
    first, second = sorted((one.pk, other.pk))
    DistinctPair.objects.get_or_create(first_id=first, second_id=second)


@transaction.atomic
def retract_distinct(one: Contact, other: Contact) -> None:
    """Take back that the two are two people."""
    first, second = sorted((one.pk, other.pk))
    DistinctPair.objects.filter(first=first, second=second).delete()


def compare_names(one: Person, other: Person) -> int:
    """Return how alike two names are, of 100.

    The order of the names, case, marks on letters and hyphens do not count; an initial
    stands for any name that begins with it.
    """
    if not one.name or not other.name:
        return 0
    if one.family == other.family and _is_initial(one.given, other.given):
        return 93
    return int(token_sort_ratio(one.name, other.name))


def make_person(pk: int, given: str, family: str) -> Person:
    """Return what is compared of a contact's name."""
    given, family = fold_name(given), fold_name(family)
    return Person(pk, f"{given} {family}".strip(), given, family)


def fold_name(text: str) -> str:
    """Return a name in small letters without marks: "Åsa-Lena" is "asa lena"."""
    folded = text.casefold().translate(FOLDED)
    plain = unicodedata.normalize("NFKD", folded)
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+", " ", letters).split())


def fold_address(address: str) -> str:
    """Return an address without what a mailbox ignores: plus-tag, Gmail's dots."""
    local, _at, domain = address.lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in DOTLESS_DOMAINS:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


FOLDED = str.maketrans({"ø": "o", "æ": "a", "đ": "d", "ł": "l", "ð": "d", "þ": "th"})


def _is_initial(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) == 1 and long.startswith(short)


Found = Iterator[tuple[int, int, str, int]]


def _same_address() -> Found:
    rows = Contact.objects.order_by().values_list("pk", "email")
    keyed = ((fold_address(email), pk) for pk, email in rows.iterator(10_000))
    for group in _groups(keyed):
        for one, other in combinations(group, 2):
            yield one, other, ADDRESS, CERTAINTY[ADDRESS]


def _seat_address() -> Found:
    """Find whose own address is that of a seat which another contact holds today."""
    seats = (
        Affiliation.objects.held(timezone.localdate())
        .exclude(seat__address_hash="")
        .order_by()
    )
    holders = dict(seats.values_list("seat__address_hash", "contact"))
    owners = Contact.objects.filter(
        address_hash__in=seats.values("seat__address_hash")
    ).values_list("address_hash", "pk")
    for address_hash, owner in owners:
        holder = holders[address_hash]
        if holder != owner:
            yield holder, owner, SEAT, CERTAINTY[SEAT]


def _moved_domain() -> Found:
    rows = Contact.objects.order_by().values_list(
        "pk", "email", "given_name", "family_name"
    )

    def keyed():
        for pk, email, given, family in rows.iterator(10_000):
            local, _at, domain = email.partition("@")
            local = local.partition("+")[0]
            name = " ".join(sorted(make_person(pk, given, family).name.split()))
            if name and local not in DESKS:
                yield f"{local}/{name}", (pk, domain)

    for group in _groups(keyed()):
        for (one, here), (other, there) in combinations(group, 2):
            if here != there:
                yield one, other, MOVED, CERTAINTY[MOVED]


def _same_organisation() -> Found:
    held = Affiliation.objects.order_by().values_list("organisation", "contact")
    yield from _alike(_groups(held.distinct().iterator(10_000)), ORGANISATION)


def _same_phone() -> Found:
    rows = Contact.objects.exclude(phone="").order_by().values_list("phone", "pk")

    def keyed():
        for phone, pk in rows.iterator(10_000):
            digits = re.sub(r"\D", "", phone)
            # The last ones: +46 70 and 070 are one number.
            if len(digits) >= LEAST_DIGITS:
                yield digits[-8:], pk

    yield from _alike(_groups(keyed()), PHONE)


def _alike(groups: Iterable[list[int]], reason: str) -> Found:
    """Yield the pairs within each group whose names are alike."""
    groups = list(groups)
    people = _read_people({pk for group in groups for pk in group})
    for group in groups:
        for one, other in _compared([people[pk] for pk in group if pk in people]):
            score = compare_names(one, other)
            if score >= LEAST_LIKE:
                yield one.pk, other.pk, reason, min(score, 94)


def _compared(people: list[Person]) -> Iterator[tuple[Person, Person]]:
    """Yield the pairs of a group to compare; in a large one neighbours by name.

    By both orders of the name, so that a slip at its beginning parts nobody: the work
    grows with the group and not with its square.
    """
    if len(people) <= MOST_TOGETHER:
        yield from combinations(people, 2)
        return
    for ordered in (
        sorted(people, key=lambda person: (person.family, person.given)),
        sorted(people, key=lambda person: (person.given, person.family)),
    ):
        for place, person in enumerate(ordered):
            for other in ordered[place + 1 : place + 1 + NEIGHBOURS]:
                yield person, other


def _read_people(ids: set[int]) -> dict[int, Person]:
    """Return the names of those contacts; the whole table is read when most are."""
    rows = Contact.objects.order_by().values_list("pk", "given_name", "family_name")
    return {
        pk: make_person(pk, given, family)
        for pk, given, family in rows.iterator(10_000)
        if pk in ids
    }


def _groups(keyed: Iterable[tuple[Any, Any]]) -> list[list[Any]]:
    """Return what shares a key, two or more at a time."""
    groups: dict[Any, list[Any]] = {}
    for key, value in keyed:
        groups.setdefault(key, []).append(value)
    return [group for group in groups.values() if len(group) > 1]
