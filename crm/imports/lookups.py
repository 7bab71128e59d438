"""Finding what cells name: topics, roles, organisations, networks, and their seats.

Reads each table once per import, and an organisation's seats once, so that a row costs
no query of its own. What a row made is forgotten again when the row fails.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from crm.choices import OrganisationKind
from crm.exceptions import CrmError
from crm.models import Affiliation, Network, Organisation, Role, Seat, Topic


class UnknownNameError(CrmError):
    """A cell that names something the register does not hold, holds twice, or refuses."""


class Lookups:
    """The register's names as one import sees them.

    ``creates_unknown``: organisations, roles and topics that are not there are made.
    ``created`` lists what was, in words.
    """

    def __init__(self, *, creates_unknown: bool, on: date, user=None) -> None:
        self.creates_unknown = creates_unknown
        self.on = on
        self.user = user
        self.created: list[str] = []
        self._undo: list[Callable[[], object]] = []
        self._topics = _index(Topic, "slug", "name_sv", "name_en")
        self._roles = _index(Role, "slug", "name_sv", "name_en")
        self._networks = _index(Network, "slug", "name", "name_sv", "name_en")
        self._organisations = _index(Organisation, "name", "name_sv", "name_en")
        self._seats: dict[int, list[Seat]] = {}

    def find_topic(self, name: str) -> Topic:
        """Return the topic of that name in either language."""
        return self._find(
            self._topics,
            name,
            unknown=_("There is no topic “%(name)s”."),
            twice=_("More than one topic is called “%(name)s”."),
            make=lambda: self._make_term(Topic, name, _("Topic: %(name)s")),
        )

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

    def seats_at(self, organisation: Organisation) -> list[Seat]:
        """Return the organisation's seats, each with ``present``: who holds it from now on."""
        # A row that fails may have planned changes on these very objects.
        self._undo.append(lambda: self._seats.pop(organisation.pk, None))
        if organisation.pk not in self._seats:
            lasting = Affiliation.objects.filter(
                Q(ends_on__isnull=True) | Q(ends_on__gte=self.on)
            ).select_related("contact")
            seats = (
                Seat.objects.filter(organisation=organisation)
                .select_related("role", "network")
                .prefetch_related(
                    Prefetch("affiliations", queryset=lasting, to_attr="present")
                )
            )
            self._seats[organisation.pk] = list(seats)
            for seat in self._seats[organisation.pk]:
                seat.organisation = organisation
        return self._seats[organisation.pk]

    def begin_row(self) -> None:
        """What is made from here on belongs to the next row."""
        self._undo = []

    def undo_row(self) -> None:
        """Forget what the row made: the database has forgotten it too."""
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
        term = model(slug=_free_slug(model, name), name_sv=name, name_en=name)
        return self._save_made(term, said % {"name": name})

    def _make_organisation(self, name: str) -> Organisation:
        organisation = Organisation(name=name, kind=OrganisationKind.OTHER)
        said = _(
            "Organisation: %(name)s (kind “Other”, Sweden – put that right in the "
            "register afterwards)"
        )
        return self._save_made(organisation, said % {"name": name})

    def _save_made(self, made, said: str):
        try:
            made.full_clean()
        except ValidationError as error:
            raise UnknownNameError(" ".join(error.messages)) from error
        made.save()
        log(made, "wagtail.create", user=self.user)
        self.created.append(said)
        self._undo.append(self.created.pop)
        return made


def _index(model, *names: str) -> dict[str, list]:
    """Return model rows by each of their names, whatever the case."""
    index: dict[str, list] = defaultdict(list)
    for row in model.objects.all():
        for key in {_key(getattr(row, name)) for name in names} - {""}:
            index[key].append(row)
    return dict(index)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _free_slug(model: type[Role] | type[Topic], name: str) -> str:
    stem = slugify(name)[:50] or model._meta.model_name
    slug, number = stem, 2
    while model.objects.filter(slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug
