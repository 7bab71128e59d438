"""Whether receivers can believe a newsletter's sender: SPF, DKIM, DMARC, the way out.

Large receivers refuse or hide letters whose domain does not vouch for them, and nobody
tells the sender. Asks the DNS through a directory given to it, and this site's own
address through ``fetch``; both are replaced in tests.
"""

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from crm.addresses import encode_domain
from newsletter.choices import Severity
from newsletter.delivery.leaving_link import (
    Fetch,
    check_leaving_link,
    fetch_own,
    is_loopback,
)
from newsletter.delivery.sender_words import WORDS, put_in_words
from newsletter.mail.directory import DnsDirectory, LookupFailed
from newsletter.mail.dkim_records import find_key_fault
from newsletter.mail.dmarc import DmarcError, Policy, find_policy, is_aligned
from newsletter.mail.signing import LetterSigner, find_signer
from newsletter.mail.spf import MOST_LOOKUPS, Directory, SpfError, find_verdict, survey
from newsletter.models import Newsletter, SenderCheck
from newsletter.preflight.findings import Finding, sort_findings

# After this a check says little: records are changed by others.
STALE_AFTER = timedelta(days=30)
DJANGOS_OWN = "django.core.mail.backends."


@dataclass(frozen=True)
class Found:
    """A finding before it is put into words."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Sender:
    """What is known of a sender before anybody is asked."""

    domain: str
    return_domain: str
    signer: LetterSigner | None
    directory: Directory


def check_sender(
    newsletter: Newsletter,
    directory: Directory | None = None,
    *,
    fetch: Fetch | None = fetch_own,
) -> list[Finding]:
    """Check the newsletter's sender, store what was found, and return it, errors first.

    ``directory`` is the DNS of this host when none is given; ``fetch`` asks this site's
    own address and nothing else, None leaves that out. What nobody answers in time is a
    finding too; never raises for that.
    """
    found = list(_find(newsletter, directory or DnsDirectory(), fetch))
    SenderCheck.objects.update_or_create(
        newsletter=newsletter,
        defaults={
            "checked_at": timezone.now(),
            "address": newsletter.sender_email,
            "findings": [{"code": f.code, "values": f.values} for f in found],
        },
    )
    return sort_findings(put_in_words(f.code, f.values) for f in found)


def sender_findings(newsletter: Newsletter) -> list[Finding]:
    """Return what the last check found, and whether one is due; errors first.

    Asks nobody but the database, and leaves notes out. Empty where letters are only
    caught, as on a newcomer's machine.
    """
    if is_local():
        return []
    check = find_check(newsletter)
    if check is None:
        return [put_in_words("unchecked", {"address": newsletter.sender_email})]
    return [f for f in describe_check(check) if f.severity != Severity.NOTE]


def find_check(newsletter: Newsletter) -> SenderCheck | None:
    """Return the last check of the newsletter's address; None for another address."""
    return SenderCheck.objects.filter(
        newsletter=newsletter, address=newsletter.sender_email
    ).first()


def describe_check(check: SenderCheck) -> list[Finding]:
    """Return what a stored check found, in the active language, errors first."""
    findings = [
        put_in_words(stored["code"], stored["values"])
        for stored in check.findings
        if stored["code"] in WORDS
    ]
    age = timezone.now() - check.checked_at
    if age > STALE_AFTER:
        findings.append(put_in_words("stale", {"days": age.days}))
    return sort_findings(findings)


def is_local() -> bool:
    """Say whether letters are caught on this machine and go nowhere."""
    mailer: dict[str, Any] = settings.MAILERS["bulk"]
    # Django's own backends beside SMTP write to memory, a file or the console.
    goes_out = not mailer["BACKEND"].startswith(DJANGOS_OWN)
    if goes_out and not is_loopback(_mail_host()):
        return False
    return settings.MAIL_CATCHER_DIR is not None


def _find(
    newsletter: Newsletter, directory: Directory, fetch: Fetch | None
) -> Iterator[Found]:
    if is_local():
        yield Found("local")
        return
    try:
        sender = _know(newsletter, directory)
    except ImproperlyConfigured:
        yield Found("dkim_unusable")
        return
    yield from _try(_check_spf, sender, f"SPF, {sender.return_domain}")
    yield from _try(_check_mail_servers, sender, f"MX, {sender.domain}")
    yield from _try(_check_dkim, sender, "DKIM")
    yield from _try(_check_dmarc, sender, f"DMARC, {sender.domain}")
    for code, values in check_leaving_link(newsletter, fetch):
        yield Found(code, values)


def _know(newsletter: Newsletter, directory: Directory) -> Sender:
    domain = _domain_of(newsletter.sender_email)
    returns_to = settings.NEWSLETTER_BOUNCE_ADDRESS or newsletter.sender_email
    return Sender(domain, _domain_of(returns_to), find_signer(domain), directory)


def _try(
    check: Callable[[Sender], Iterator[Found]], sender: Sender, what: str
) -> Iterator[Found]:
    try:
        yield from check(sender)
    except LookupFailed:
        yield Found("unanswered", {"what": what})


def _check_spf(sender: Sender) -> Iterator[Found]:
    domain = sender.return_domain
    try:
        record = survey(domain, sender.directory)
        if record is None:
            yield Found("spf_absent", {"domain": domain})
            return
        if record.lookups > MOST_LOOKUPS:
            values = {"lookups": record.lookups, "most": MOST_LOOKUPS}
            yield Found("spf_lookups", {"domain": domain, **values})
            return
        if record.ending in {"pass", "neutral"}:
            code = "spf_everybody" if record.ending == "pass" else "spf_open"
            yield Found(code, {"domain": domain})
        yield from _check_outgoing(sender)
    except SpfError as error:
        yield Found(f"spf_{error.problem}", {"domain": domain, "detail": error.detail})


def _check_outgoing(sender: Sender) -> Iterator[Found]:
    """Look whether SPF names where letters leave from, as far as that is known."""
    domain = sender.return_domain
    for ip in settings.NEWSLETTER_OUTGOING_ADDRESSES:
        if find_verdict(ip, domain, sender.directory) != "pass":
            yield Found("spf_excludes", {"domain": domain, "ip": ip})
    if settings.NEWSLETTER_OUTGOING_ADDRESSES:
        return
    host = _mail_host()
    public = [ip for ip in _addresses_of(host, sender.directory) if _is_public(ip)]
    if not public:
        yield Found("spf_unseen")
    elif any(find_verdict(ip, domain, sender.directory) != "pass" for ip in public):
        yield Found("spf_excludes_host", {"domain": domain, "host": host})


def _check_mail_servers(sender: Sender) -> Iterator[Found]:
    for domain in dict.fromkeys([sender.domain, sender.return_domain]):
        hosts = sender.directory.mx(domain)
        # RFC 7505: a lone "." says that the domain takes no mail; RFC 5321 §5.1:
        # without MX the host itself is asked.
        if hosts == ["."] or (not hosts and not sender.directory.addresses(domain)):
            yield Found("no_mail_server", {"domain": domain})


def _check_dkim(sender: Sender) -> Iterator[Found]:
    if sender.signer is None:
        yield Found("dkim_elsewhere", {"domain": sender.domain})
        return
    domain = sender.signer.domain
    for key in sender.signer.keys:
        if fault := find_key_fault(domain, key, sender.directory):
            values = {"domain": domain, "selector": key.selector}
            yield Found(f"dkim_{fault}", values)


def _check_dmarc(sender: Sender) -> Iterator[Found]:
    domain = sender.domain
    try:
        policy = find_policy(domain, sender.directory)
    except DmarcError as error:
        yield Found("dmarc_broken", {"domain": error.args[0]})
        return
    if policy is None:
        yield Found("dmarc_absent", {"domain": domain})
    elif policy.asks == "none":
        yield Found("dmarc_watches", {"domain": policy.domain})
    yield from _check_alignment(sender, policy)


def _check_alignment(sender: Sender, policy: Policy | None) -> Iterator[Found]:
    """Say when neither SPF nor DKIM can vouch for the domain that readers see."""
    domain, directory = sender.domain, sender.directory
    by_spf = is_aligned(
        domain,
        sender.return_domain,
        directory,
        strict=bool(policy and policy.strict_spf),
    )
    if by_spf:
        return
    if sender.signer is None:
        values = {"domain": domain, "other": sender.return_domain}
        yield Found("unaligned_but_signed_elsewhere", values)
        return
    strict = bool(policy and policy.strict_dkim)
    if is_aligned(domain, sender.signer.domain, directory, strict=strict):
        return
    if policy and policy.asks != "none":
        yield Found("unaligned_refused", {"domain": domain, "asks": policy.asks})
    else:
        yield Found("unaligned", {"domain": domain})


def _domain_of(address: str) -> str:
    return encode_domain(address).rpartition("@")[2].lower()


def _mail_host() -> str:
    """Return the host that the site hands newsletters to; "" when it is no host."""
    mailer: dict[str, Any] = settings.MAILERS["bulk"]
    options = mailer.get("OPTIONS", {})
    return str(options.get("host", ""))


def _addresses_of(host: str, directory: Directory) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        return directory.addresses(host) if host else []


def _is_public(ip: str) -> bool:
    return ipaddress.ip_address(ip).is_global
