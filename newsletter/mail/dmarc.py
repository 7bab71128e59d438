"""DMARC: what a domain asks of letters that carry its name, and what is aligned with it.

The policy is found, and the domain that an organisation is known by, by walking up the
DNS (DMARCbis §4.10): no list of public suffixes is needed, and none grows old.
"""

from dataclasses import dataclass

from newsletter.mail.spf import Directory

# DMARCbis §4.10: no more questions than this for one name.
MOST_LABELS = 8


@dataclass(frozen=True)
class Policy:
    """A DMARC record: where it stands and what it asks.

    ``asks`` is "none", "quarantine" or "reject", for the domain it was looked up for.
    """

    domain: str
    asks: str
    strict_spf: bool
    strict_dkim: bool
    reports_to: str


class DmarcError(Exception):
    """There are several records, or one that cannot be read; ``args[0]`` is the domain."""


def find_policy(domain: str, directory: Directory) -> Policy | None:
    """Return the policy that receivers apply to letters from that domain, or None.

    Raises DmarcError for a record that is as good as none.
    """
    for place in _walk_up(domain):
        tags = _read_record(place, directory)
        if tags is not None:
            return _make_policy(domain, place, tags)
    return None


def is_aligned(
    domain: str, with_domain: str, directory: Directory, *, strict: bool
) -> bool:
    """Say whether a letter from ``domain`` may be vouched for by the other one."""
    domain, with_domain = _plain(domain), _plain(with_domain)
    if domain == with_domain:
        return True
    if strict or not domain or not with_domain:
        return False
    short, long = sorted((domain, with_domain), key=len)
    if long.endswith(f".{short}") and not _is_public_suffix(short, directory):
        return True
    return _find_organisation(domain, directory) == _find_organisation(
        with_domain, directory
    )


def _find_organisation(domain: str, directory: Directory) -> str:
    """Return the highest name above (or at) the domain that has a DMARC record.

    The domain itself where none has.
    """
    found = domain
    for place in _walk_up(domain):
        try:
            tags = _read_record(place, directory)
        except DmarcError:
            continue
        if tags is None:
            continue
        if tags.get("psd") == "n":
            return place
        if tags.get("psd") != "y":
            found = place
    return found


def _is_public_suffix(domain: str, directory: Directory) -> bool:
    try:
        tags = _read_record(domain, directory)
    except DmarcError:
        return False
    return tags is not None and tags.get("psd") == "y"


def _walk_up(domain: str) -> list[str]:
    """Return the domain and the names above it, but for the top; at most eight."""
    labels = _plain(domain).split(".")
    names = [".".join(labels[n:]) for n in range(len(labels) - 1)]
    if len(names) > MOST_LABELS:
        names = [names[0], *names[-(MOST_LABELS - 1) :]]
    return names


def _read_record(place: str, directory: Directory) -> dict[str, str] | None:
    records = [
        text
        for text in directory.txt(f"_dmarc.{place}")
        if text.replace(" ", "").lower().startswith("v=dmarc1")
    ]
    if not records:
        return None
    if len(records) > 1:
        raise DmarcError(place)
    pairs = (part.partition("=") for part in records[0].split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs}


def _make_policy(domain: str, place: str, tags: dict[str, str]) -> Policy:
    asks = tags.get("p", "").lower()
    if place != _plain(domain):
        asks = tags.get("sp", asks).lower()
    if asks not in {"none", "quarantine", "reject"}:
        if "rua" not in tags:
            raise DmarcError(place)
        # RFC 7489 §6.6.3: a record that only asks for reports is taken as "none".
        asks = "none"
    return Policy(
        domain=place,
        asks=asks,
        strict_spf=tags.get("aspf", "r").lower() == "s",
        strict_dkim=tags.get("adkim", "r").lower() == "s",
        reports_to=tags.get("rua", ""),
    )


def _plain(domain: str) -> str:
    return domain.rstrip(".").lower()
