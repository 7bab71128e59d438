"""The check of a sender: what it finds, stores and says. No test asks a network."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from newsletter.choices import Severity
from newsletter.delivery import senders
from newsletter.delivery.sender_words import WORDS, put_in_words
from newsletter.delivery.senders import check_sender, sender_findings
from newsletter.mail.message import unsubscribe_url
from newsletter.mail.signing import LetterSigner
from newsletter.models import SenderCheck
from tests.factories import make_newsletter
from tests.newsletter.delivery.scenes import make_frozen_campaign
from tests.newsletter.directory import DictDirectory
from tests.newsletter.mail.test_dkim_records import make_ed25519

pytestmark = pytest.mark.django_db

OURS = {"X-Robots-Tag": "noindex, nofollow", "Allow": "GET, POST, HEAD, OPTIONS"}
RIGHT = {
    ("example.org", "TXT"): ["v=spf1 ip4:203.0.113.0/24 ip4:8.8.8.8 -all"],
    ("example.org", "MX"): ["mx.example.org"],
    ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=reject"],
    ("smtp.example.org", "A"): ["8.8.8.8"],
}


@pytest.fixture(autouse=True)
def _public_site(settings):
    """A site as it stands in the world: its own name, a mail server elsewhere."""
    settings.SITE_URL = "https://news.example.org"
    settings.MAIL_CATCHER_DIR = None
    bulk = {**settings.MAILERS["bulk"], "OPTIONS": {"host": "smtp.example.org"}}
    settings.MAILERS = {**settings.MAILERS, "bulk": bulk}
    with translation.override("en"):
        yield


@pytest.fixture
def newsletter():
    return make_newsletter(sender_email="office@example.org")


def answer_well(method: str, url: str):
    return 404, OURS


def check(newsletter, *, fetch=answer_well, **records) -> list[str]:
    """Return the codes found with the right zone, changed by ``records``.

    ``spf``, ``dmarc``, ``mx`` and ``smtp`` take a list, or None for no answer.
    """
    names = {
        "spf": ("example.org", "TXT"),
        "dmarc": ("_dmarc.example.org", "TXT"),
        "mx": ("example.org", "MX"),
        "smtp": ("smtp.example.org", "A"),
    }
    zone = {**RIGHT, **{names[name]: value for name, value in records.items()}}
    findings = check_sender(newsletter, DictDirectory(zone), fetch=fetch)
    return [finding.code for finding in findings]


def sign_with(monkeypatch, *keys, domain="example.org"):
    signer = LetterSigner(domain, tuple(keys))
    monkeypatch.setattr(senders, "find_signer", lambda _domain: signer)


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ({"spf": []}, ["spf_absent"]),
        ({"spf": ["v=spf1 -all", "v=spf1 mx"]}, ["spf_many"]),
        ({"spf": ["v=spf1 ip4:1.2.3"]}, ["spf_syntax"]),
        ({"spf": ["v=spf1 include:example.org -all"]}, ["spf_lookups"]),
        ({"spf": ["v=spf1 ip4:8.8.8.8 +all"]}, ["spf_everybody"]),
        ({"spf": ["v=spf1 -all"]}, ["spf_excludes_host"]),
        ({"mx": ["."]}, ["no_mail_server"]),
        ({"mx": []}, ["no_mail_server"]),
        ({"dmarc": []}, ["dmarc_absent"]),
        ({"dmarc": ["v=DMARC1; p=all"]}, ["dmarc_broken"]),
        ({"spf": None}, ["unanswered"]),
        ({"mx": None, "dmarc": None}, ["unanswered", "unanswered"]),
    ],
)
def test_fault_in_the_dns_is_found(newsletter, records, found):
    assert check(newsletter, **records) == [*found, "dkim_elsewhere"]


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ({}, []),
        ({"spf": ["v=spf1 ip4:8.8.8.8 ?all"]}, ["spf_open"]),
        ({"smtp": ["10.0.0.4"]}, ["spf_unseen"]),
        ({"dmarc": ["v=DMARC1; p=none"]}, ["dmarc_watches"]),
    ],
)
def test_what_may_be_better_is_only_noted(newsletter, records, found):
    assert sorted(check(newsletter, **records)) == sorted([*found, "dkim_elsewhere"])
    assert sender_findings(newsletter) == []


def test_addresses_that_letters_leave_from_are_looked_for_one_by_one(
    newsletter, settings
):
    settings.NEWSLETTER_OUTGOING_ADDRESSES = ["203.0.113.9", "198.51.100.1"]
    findings = check_sender(newsletter, DictDirectory(RIGHT), fetch=answer_well)

    assert [f.title for f in findings if f.is_error] == [
        "The SPF record of example.org leaves out 198.51.100.1"
    ]


def test_letters_that_return_elsewhere_need_a_signature(newsletter, settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = "studs@returns.example"
    elsewhere = {"returns.example": "v=spf1 ip4:8.8.8.8 -all"}
    zone = {**RIGHT, ("returns.example", "MX"): ["mx.returns.example"]}
    zone |= {(name, "TXT"): [text] for name, text in elsewhere.items()}

    found = check_sender(newsletter, DictDirectory(zone), fetch=answer_well)

    assert [f.code for f in found] == [
        "unaligned_but_signed_elsewhere",
        "dkim_elsewhere",
    ]


def test_signature_of_another_domain_vouches_for_nobody(
    newsletter, settings, monkeypatch
):
    settings.NEWSLETTER_BOUNCE_ADDRESS = "studs@returns.example"
    key, record = make_ed25519()
    sign_with(monkeypatch, key, domain="mailer.example")
    zone = {
        **RIGHT,
        ("returns.example", "TXT"): ["v=spf1 ip4:8.8.8.8 -all"],
        ("returns.example", "MX"): ["mx.returns.example"],
        ("e1._domainkey.mailer.example", "TXT"): [record],
    }

    found = check_sender(newsletter, DictDirectory(zone), fetch=answer_well)

    assert [f.code for f in found] == ["unaligned_refused"]


def test_signing_key_without_its_record_is_an_error(newsletter, monkeypatch):
    key, _record = make_ed25519()
    sign_with(monkeypatch, key)

    assert check(newsletter) == ["dkim_absent"]


def test_signing_key_with_its_record_is_right(newsletter, monkeypatch):
    key, record = make_ed25519()
    sign_with(monkeypatch, key)
    zone = {**RIGHT, ("e1._domainkey.example.org", "TXT"): [record]}

    assert check_sender(newsletter, DictDirectory(zone), fetch=answer_well) == []
    assert sender_findings(newsletter) == []


def test_keys_that_cannot_be_read_are_found_not_raised(newsletter, monkeypatch):
    def refuse(_domain):
        raise ImproperlyConfigured

    monkeypatch.setattr(senders, "find_signer", refuse)

    assert check(newsletter) == ["dkim_unusable"]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((301, {"Location": "https://www.example.org/"}), "url_redirects"),
        ((200, {}), "url_wrong"),
        ((404, {}), "url_wrong"),
        ((500, OURS), "url_wrong"),
        (OSError("no route"), "url_unreachable"),
    ],
)
def test_address_for_leaving_that_does_not_work_is_an_error(newsletter, answer, found):
    def fetch(_method, _url):
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert check(newsletter, fetch=fetch) == [found, "dkim_elsewhere"]


def test_address_for_leaving_is_tried_with_a_letter_that_was_sent(newsletter):
    campaign = make_frozen_campaign(people=1, newsletter=newsletter)
    asked = []

    def fetch(method, url):
        asked.append((method, url))
        return 200, {**OURS, "Allow": "GET, HEAD"}

    url = unsubscribe_url(campaign.deliveries.get().pk)
    assert check(newsletter, fetch=fetch) == ["url_no_post", "dkim_elsewhere"]
    assert asked == [("GET", url), ("OPTIONS", url)]


def test_real_view_answers_as_the_check_expects(newsletter, client, settings):
    make_frozen_campaign(people=1, newsletter=newsletter)

    def fetch(method, url):
        path = url.removeprefix(settings.SITE_URL)
        response = getattr(client, method.lower())(path)
        return response.status_code, response.headers

    assert check(newsletter, fetch=fetch) == ["dkim_elsewhere"]
    newsletter.campaigns.get().deliveries.all().delete()
    assert check(newsletter, fetch=fetch) == ["dkim_elsewhere"]


def test_fetching_anything_but_our_own_address_is_refused():
    with pytest.raises(ValueError, match="evil"):
        senders.fetch_own("GET", "https://evil.example/u/x/")


def test_site_without_https_is_told(newsletter, settings):
    settings.SITE_URL = "http://news.example.org"

    assert check(newsletter, fetch=None) == ["url_insecure", "dkim_elsewhere"]


def test_site_on_this_machine_is_not_tried(newsletter, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"

    assert sorted(check(newsletter)) == ["dkim_elsewhere", "url_untried"]


def test_newcomer_whose_letters_are_caught_here_is_left_in_peace(newsletter, settings):
    settings.MAIL_CATCHER_DIR = "mail"
    bulk = {**settings.MAILERS["bulk"], "OPTIONS": {"host": "127.0.0.1"}}
    settings.MAILERS = {**settings.MAILERS, "bulk": bulk}
    nothing = DictDirectory()

    assert sender_findings(newsletter) == []
    assert [f.code for f in check_sender(newsletter, nothing)] == ["local"]
    assert nothing.asked == []


def test_sender_that_was_never_checked_is_warned_of(newsletter):
    assert [(f.code, f.severity) for f in sender_findings(newsletter)] == [
        ("unchecked", Severity.WARNING)
    ]


def test_check_of_another_address_does_not_count(newsletter):
    check(newsletter)
    newsletter.sender_email = "news@example.com"
    newsletter.save()

    assert [f.code for f in sender_findings(newsletter)] == ["unchecked"]


@pytest.mark.database
def test_errors_of_the_last_check_are_kept_and_said_in_the_readers_language(newsletter):
    check(newsletter, spf=[])
    check(newsletter, dmarc=[])

    assert SenderCheck.objects.count() == 1
    [warning] = sender_findings(newsletter)
    assert (warning.code, warning.severity) == ("dmarc_absent", Severity.WARNING)
    assert warning.title == "example.org has no DMARC record"


def test_old_check_is_said_to_be_old(newsletter):
    check(newsletter)
    long_ago = timezone.now() - timedelta(days=45)
    SenderCheck.objects.update(checked_at=long_ago)

    findings = senders.describe_check(SenderCheck.objects.get())

    assert "The sender was last checked 45 days ago" in [f.title for f in findings]


def test_domain_with_foreign_letters_is_asked_in_ascii(newsletter):
    newsletter.sender_email = "post@åmål.example"
    directory = DictDirectory()

    check_sender(newsletter, directory, fetch=None)

    assert {name for name, kind in directory.asked if kind == "MX"} == {
        "xn--ml-xiab.example"
    }


def test_every_finding_can_be_put_into_words():
    values = dict.fromkeys(
        ("address", "days", "what", "domain", "detail", "lookups", "most", "ip")
        + ("host", "selector", "asks", "other", "status"),
        "x",
    )
    for code in WORDS:
        finding = put_in_words(code, values)
        assert "%(" not in finding.title + finding.text


def test_what_is_stored_is_plain_data(newsletter):
    check(newsletter, spf=[])

    stored = SenderCheck.objects.get().findings
    assert json.loads(json.dumps(stored)) == stored
    assert {"code": "spf_absent", "values": {"domain": "example.org"}} in stored


def test_command_prints_findings_and_ends_with_1_on_errors(newsletter, monkeypatch):
    zone = DictDirectory({**RIGHT, ("example.org", "MX"): ["."]})
    monkeypatch.setattr(senders, "DnsDirectory", lambda: zone)
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("check_sender", newsletter.slug, "--no-fetch", stdout=out)

    assert ended.value.code == 1
    assert "  Error: Nothing takes mail for example.org\n" in out.getvalue()


def test_command_refuses_an_unknown_newsletter(newsletter):
    with pytest.raises(CommandError, match="no newsletter nosuch"):
        call_command("check_sender", "nosuch")
