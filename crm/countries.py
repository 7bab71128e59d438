"""Countries by their ISO 3166-1 code, named by the Unicode CLDR."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language

from crm.names import make_sort_key

# Codes of CLDR that ISO 3166-1 keeps for other uses, or that stand for no place.
NOT_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)


def country_choices() -> list[tuple[str, str]]:
    """Return (code, name) pairs in the active language, in Swedish order of names."""
    return list(_ordered(get_language() or "sv"))


def country_name(code: str) -> str:
    """Return a country's name in the active language; the code when it is unknown."""
    return _names(get_language() or "sv").get(code, code)


@cache
def _ordered(language: str) -> tuple[tuple[str, str], ...]:
    pairs = _names(language).items()
    return tuple(sorted(pairs, key=lambda pair: make_sort_key(pair[1])))


@cache
def _names(language: str) -> dict[str, str]:
    territories = Locale.parse(language, sep="-").territories
    return {
        code: str(name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    }
