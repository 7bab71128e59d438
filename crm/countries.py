"""Countries by their ISO 3166-1 code, named by the Unicode CLDR."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language

# Codes of CLDR that are no country somebody could have an address in.
NOT_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def country_choices() -> list[tuple[str, str]]:
    """Return (code, name) pairs in the active language, Sweden's order of names."""
    return sorted(_names(get_language() or "sv").items(), key=lambda pair: pair[1])


def country_name(code: str) -> str:
    """Return a country's name in the active language; the code when it is unknown."""
    return _names(get_language() or "sv").get(code, code)


@cache
def _names(language: str) -> dict[str, str]:
    territories = Locale.parse(language, sep="-").territories
    return {
        code: str(name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    }
