"""What a page of the directory tells machines: its title, its gist, schema.org."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from crm.countries import country_name
from crm.models import Organisation
from home.directory.organisation import Profile


@dataclass(frozen=True)
class Part:
    """A page within the directory: its path there, and how it is described."""

    path: str
    title: str
    description: str
    data: list[dict[str, Any]] = field(default_factory=list)


def describe_organisation(profile: Profile, path: str, directory_url: str) -> Part:
    """Return the part that shows an organisation; ``directory_url`` is absolute."""
    shown = profile.organisation
    return Part(
        path=path,
        title=str(shown),
        description=_say_gist(profile),
        data=[_write_organisation(profile, urljoin(directory_url, path))],
    )


def _say_gist(profile: Profile) -> str:
    shown = profile.organisation
    networks = dict.fromkeys(
        str(row.network) for row in profile.belongings if not row.is_over
    )
    words = {
        "name": str(shown),
        "kind": shown.get_kind_display(),
        "country": country_name(shown.country),
        "networks": ", ".join(networks),
    }
    if networks:
        return _("%(name)s. %(kind)s, %(country)s. Takes part in %(networks)s.") % words
    return _("%(name)s. %(kind)s, %(country)s.") % words


def _write_organisation(profile: Profile, url: str) -> dict[str, Any]:
    shown = profile.organisation
    data = {
        "@type": "Organization",
        "@id": f"{url}#organisation",
        "name": str(shown),
        "alternateName": [other.name for other in profile.other_names],
        "url": shown.website,
        "mainEntityOfPage": url,
        "address": _without_empty(
            {
                "@type": "PostalAddress",
                "addressLocality": shown.municipality,
                "addressRegion": shown.region,
                "addressCountry": shown.country,
            }
        ),
        "location": _write_coordinates(shown),
        "parentOrganization": profile.parent
        and {"@type": "Organization", "name": str(profile.parent)},
        "memberOf": [
            {"@type": "Organization", "name": name}
            for name in dict.fromkeys(
                str(row.network) for row in profile.belongings if not row.is_over
            )
        ],
    }
    return _without_empty(data)


def _write_coordinates(shown: Organisation) -> dict[str, Any] | None:
    if shown.latitude is None or shown.longitude is None:
        return None
    return {
        "@type": "Place",
        "geo": {
            "@type": "GeoCoordinates",
            "latitude": shown.latitude,
            "longitude": shown.longitude,
        },
    }


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}
