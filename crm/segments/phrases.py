"""What each kind of rule says, as the verb phrase after "Everyone who".

Every text is one translatable string with named places, so that a translation chooses
its own order of words; only lists of names are put together here.
"""

from collections.abc import Iterable

from babel import Locale
from babel.lists import format_list
from django.db.models import TextChoices
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from crm.choices import OrganisationKind
from crm.countries import country_name
from crm.models import Network, Organisation, Role, Segment, Topic
from crm.segments.lookup import Lookup
from crm.segments.rules import Rule


def describe_seat(rule: Rule, rows: Lookup) -> str:
    """Return "holds a seat as coordinator in Sweden"; conditions left open are left out."""
    values = rule.values
    roles = map(lower_first, rows.names(Role, values.get("roles", [])))
    kinds = name_choices(OrganisationKind, values.get("kinds", []))
    networks = rows.names(Network, values.get("networks", []))
    organisations = rows.names(Organisation, values.get("organisations", []))
    countries = map(country_name, values.get("countries", []))
    parts = {
        "role": place(pgettext("seat with a role", "as %(names)s"), roles),
        "network": place(pgettext("seat in a network", "in %(names)s"), networks),
        "organisation": place(
            pgettext("seat at an organisation", "at %(names)s"), organisations
        ),
        "kind": place(
            pgettext(
                "seat at a kind of organisation", "at an organisation of kind %(names)s"
            ),
            kinds,
        ),
        "region": place(
            pgettext("seat in a region", "in %(names)s"), values.get("regions", [])
        ),
        "country": place(pgettext("seat in a country", "in %(names)s"), countries),
    }
    # A part without a condition is empty: close the gap it leaves.
    return " ".join((_seat_frame(values.get("when", "now")) % parts).split())


def describe_language(rule: Rule, rows: Lookup) -> str:
    """Return "is written to in Swedish"."""
    # The CLDR knows which languages write the names of languages with a capital.
    names = _locale().languages
    return _("is written to in %(names)s") % {
        "names": join_any(names[code] for code in rule.values["languages"])
    }


def describe_topic(rule: Rule, rows: Lookup) -> str:
    """Return "follows Housing or Work", or "and" when the rule asks for all.

    Topics keep their capital: many are proper names.
    """
    names = rows.names(Topic, rule.values["topics"])
    join = join_all if rule.values.get("match", "any") == "all" else join_any
    return _("follows %(names)s") % {"names": join(names)}


def describe_member(rule: Rule, rows: Lookup) -> str:
    """Return "is in the segment Partners" or that it is not."""
    names = join_any(
        _("“%(name)s”") % {"name": name}
        for name in rows.names(Segment, rule.values["segments"])
    )
    if rule.values.get("member", "in") == "in":
        return _("is in the segment %(names)s") % {"names": names}
    return _("is not in the segment %(names)s") % {"names": names}


def join_any(names: Iterable[str]) -> str:
    """Return "a, b or c" as the active language writes it."""
    return format_list(list(names), style="or", locale=_locale())


def join_all(names: Iterable[str]) -> str:
    """Return "a, b and c" as the active language writes it."""
    return format_list(list(names), style="standard", locale=_locale())


def lower_first(text: str) -> str:
    """Return a name as it stands inside a sentence; "EU adviser" keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def place(text: str, names: Iterable[str]) -> str:
    """Return the part of a sentence with its names; "" when there are none."""
    listed = list(names)
    return text % {"names": join_any(listed)} if listed else ""


def name_choices(choices: type[TextChoices], values: list[str]) -> list[str]:
    """Return what chosen values are called inside a sentence."""
    return [lower_first(str(choices(value).label)) for value in values]


def _seat_frame(when: str) -> str:
    if when == "before":
        return _(
            "has left a seat %(role)s %(network)s %(organisation)s %(kind)s "
            "%(region)s %(country)s"
        )
    if when == "ever":
        return _(
            "holds or has held a seat %(role)s %(network)s %(organisation)s %(kind)s "
            "%(region)s %(country)s"
        )
    return _(
        "holds a seat %(role)s %(network)s %(organisation)s %(kind)s "
        "%(region)s %(country)s"
    )


def _locale() -> Locale:
    # British lists have no comma before "or".
    return Locale.parse("en_GB" if get_language() == "en" else get_language() or "sv")
