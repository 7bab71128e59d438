"""Finding what cells name: topics, roles, organisations, networks, and their seats.

Reads each table once per import, and the seats of a chunk's organisations together, so
that a row costs no query of its own. Writes nothing: what is to be made is made by
``applying``. What a row made is forgotten again when the row fails.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from crm.choices import OrganisationKind
from crm.exceptions import CrmError
from crm.models import Affiliation, Network, Organisation, Role, Seat, Topic


class UnknownNameError(CrmError):
    """A cell that names something the register does not hold, holds twice, or refuses."""


@dataclass(slots=True)
class Holding:
    """Somebody in a seat: from the register (``pk``), or planned for a person."""

    name: str
    starts_on: date | None
    ends_on: date | None
    pk: int | None = None
    contact_id: int | None = None
    person: Any = None


@dataclass
class Post:
    """A seat as the import sees it, with all its holders, past ones too."""

    seat: Seat
    holders: list[Holding] = field(default_factory=list)


class Lookups:
    """The register's names as one import sees them.

    ``creates_unknown``: organisations, roles and topics that are not there are made.
    ``created`` lists what would be, in words; ``made`` holds the unsaved rows that
    nobody has written yet.
    """

    def __init__(self, *, creates_unknown: bool) -> None:
        self.creates_unknown = creates_unknown
        self.created: list[str] = []
        self.made: list[Organisation | Role | Topic] = []
        self._undo: list[Callable[[], object]] = []
        self._posts: dict[int, list[Post]] = {}

    @cached_property
    def _topics(self) -> dict[str, list]:
        return _index(Topic, "slug", "name_sv", "name_en")

    @cached_property
    def _topics_by_id(self) -> dict[int, Topic]:
        return {row.pk: row for found in self._topics.values() for row in found}

    @cached_property
    def _roles(self) -> dict[str, list]:
        return _index(Role, "slug", "name_sv", "name_en")

    @cached_property
    def _networks(self) -> dict[str, list]:
        return _index(Network, "slug", "name", "name_sv", "name_en")

    @cached_property
    def _organisations(self) -> dict[str, list]:
        return _index(Organisation, "name", "name_sv", "name_en")

    @cached_property
    def _keys(self) -> set[tuple[str, str]]:
        """What tells organisations apart (the register's own constraint)."""
        rows = self._organisations.values()
        return {(row.sort_key, row.country) for found in rows for row in found}

    def find_topic(self, name: str) -> Topic:
        """Return the topic of that name in either language."""
        return self._find(
            self._topics,
            name,
            unknown=_("There is no topic “%(name)s”."),
            twice=_("More than one topic is called “%(name)s”."),
            make=lambda: self._make_term(Topic, name, _("Topic: %(name)s")),
        )

    def topics_of(self, ids: Iterable[int]) -> list[Topic]:
        """Return the topics with these keys, those that are still there."""
        return [self._topics_by_id[pk] for pk in ids if pk in self._topics_by_id]

    def find_role(self, name: str) -> Role:
        """Return the role of that name in either language."""
        return self._find(
            self._roles,
            name,
            unknown=_("There is no role “%(name)s”."),
            twice=_("More than one role is called “%(name)s”."),
            make=lambda: self._make_term(Role, name, _("Role: %(name)s")),
        )

    def find_organisation(self, name: str) -> Organisation:
        """Return the organisation of that name in any of its languages."""
        return self._find(
            self._organisations,
            name,
            unknown=_("There is no organisation “%(name)s”."),
            twice=_("More than one organisation is called “%(name)s”."),
            make=lambda: self._make_organisation(name),
        )

    def find_network(self, name: str) -> Network:
        """Return the network or project of that name; one is never made by an import."""
        return self._find(
            self._networks,
            name,
            unknown=_("There is no network or project “%(name)s”."),
            twice=_("More than one network or project is called “%(name)s”."),
        )

    def load_posts(self, names: Iterable[str]) -> None:
        """Fetch the seats of the organisations so named, with their holders; two queries."""
        wanted = {}
        for name in names:
            found = self._organisations.get(_key(name), [])
            if len(found) == 1 and found[0].pk and found[0].pk not in self._posts:
                wanted[found[0].pk] = found[0]
        if not wanted:
            return
        holders = defaultdict(list)
        held = Affiliation.objects.filter(seat__organisation__in=wanted)
        for row in held.select_related("contact").order_by("pk"):
            holders[row.seat_id].append(
                Holding(
                    str(row.contact), row.starts_on, row.ends_on, row.pk, row.contact_id
                )
            )
        self._posts.update({pk: [] for pk in wanted})
        seats = Seat.objects.filter(organisation__in=wanted).order_by("pk")
        for seat in seats.select_related("role", "network"):
            seat.organisation = wanted[seat.organisation_id]
            self._posts[seat.organisation_id].append(Post(seat, holders[seat.pk]))

    def forget_posts(self) -> None:
        """Read seats anew: what was planned has been written."""
        self._posts = {}

    def posts_at(self, organisation: Organisation) -> list[Post]:
        """Return the organisation's seats, those planned by earlier rows too."""
        return self._posts.setdefault(organisation.pk or id(organisation), [])

    def begin_row(self) -> None:
        """What is made from here on belongs to the next row."""
        self._undo = []

    def undo_row(self) -> None:
        """Forget what the row would have made."""
        for step in reversed(self._undo):
            step()
        self._undo = []

    def _find(
        self,
        known: dict[str, list],
        name: str,
        *,
        unknown: str,
        twice: str,
        make: Callable | None = None,
    ):
        found = known.get(_key(name), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownNameError(twice % {"name": name})
        if make is None or not self.creates_unknown:
            raise UnknownNameError(unknown % {"name": name})
        made = make()
        known[_key(name)] = [made]
        self._undo.append(lambda: known.pop(_key(name)))
        return made

    def _make_term(self, model: type[Role] | type[Topic], name: str, said: str):
        known = self._topics if model is Topic else self._roles
        term = model(slug=_free_slug(model, name, known), name_sv=name, name_en=name)
        return self._keep(term, said % {"name": name})

    def _make_organisation(self, name: str) -> Organisation:
        made = Organisation(name=name, kind=OrganisationKind.OTHER)
        said = _(
            "Organisation: %(name)s (kind “Other”, Sweden – put that right in the "
            "register afterwards)"
        )
        made.set_sort_key()
        key = (made.sort_key, made.country)
        if key in self._keys:
            raise UnknownNameError(
                _("There is already an organisation of that name in that country.")
            )
        kept = self._keep(made, said % {"name": name})
        self._keys.add(key)
        self._undo.append(lambda: self._keys.discard(key))
        return kept

    def _keep(self, made, said: str):
        try:
            made.full_clean()
        except ValidationError as error:
            raise UnknownNameError(" ".join(error.messages)) from error
        self.made.append(made)
        self.created.append(said)
        self._undo += [self.created.pop, self.made.pop]
        return made


def _index(model, *names: str) -> dict[str, list]:
    """Return model rows by each of their names, whatever the case."""
    index: dict[str, list] = defaultdict(list)
    for row in model.objects.all():
        for key in {_key(getattr(row, name)) for name in names} - {""}:
            index[key].append(row)
    return dict(index)


def _key(name: str) -> str:
    # A Mac writes å as a and a ring.
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def _free_slug(model: type[Role] | type[Topic], name: str, known: dict) -> str:
    stem = slugify(name)[:50] or str(model._meta.model_name)
    taken = {row.slug for rows in known.values() for row in rows}
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
