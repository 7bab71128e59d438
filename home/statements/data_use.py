"""How the register uses personal data, told from what it holds and how it is set up."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.choices import LawfulBasis
from crm.imports.undoing import UNDO_DAYS as IMPORT_DAYS
from crm.merging.joining import UNDO_DAYS as MERGE_DAYS
from crm.models import Purpose
from crm.pruning import JOB_DAYS, LEAD_DAYS
from newsletter.joining import KEEP_DAYS
from newsletter.models import Newsletter

# The points of GDPR article 6(1), in the words of somebody who asks why.
GROUNDS = {
    LawfulBasis.CONSENT: gettext_lazy(
        "You have said yes to it (GDPR article 6.1 a). You can take that back whenever "
        "you want; what was sent until then was still lawful."
    ),
    LawfulBasis.PUBLIC_TASK: gettext_lazy(
        "It is needed for a task in the public interest (GDPR article 6.1 e). You can "
        "object to it."
    ),
    LawfulBasis.LEGITIMATE_INTEREST: gettext_lazy(
        "We have a legitimate interest in it, which we have weighed against yours (GDPR "
        "article 6.1 f). You can object to it."
    ),
    LawfulBasis.CONTRACT: gettext_lazy(
        "It is needed for an agreement with you (GDPR article 6.1 b)."
    ),
}
# What crm.pruning forgets, by its names there, in words for whom it is about. A test
# holds the two together.
FORGOTTEN: list[tuple[tuple[str, ...], Any, int]] = [
    (
        ("sign-ups never confirmed",),
        gettext_lazy(
            "A sign-up that nobody confirms is forgotten after %(days)s days."
        ),
        KEEP_DAYS,
    ),
    (
        (
            "import records",
            "import records of people who are gone",
            "files never imported",
        ),
        gettext_lazy(
            "When the register is filled in from a file, what stood there before is kept "
            "for %(days)s days, so that a mistake can be undone. The file itself is "
            "deleted within a day."
        ),
        IMPORT_DAYS,
    ),
    (
        ("merge records",),
        gettext_lazy(
            "When two entries turn out to be the same person, both are kept for %(days)s "
            "days, so that a mistake can be undone."
        ),
        MERGE_DAYS,
    ),
    (
        ("leads dealt with, from people who are in no register",),
        gettext_lazy(
            "An offer to take part, from somebody who is in no register, is forgotten "
            "%(days)s days after it was answered."
        ),
        LEAD_DAYS,
    ),
    (
        ("finished jobs",),
        gettext_lazy(
            "Notes of the system's own long work, such as imports, are deleted after "
            "%(days)s days."
        ),
        JOB_DAYS,
    ),
]


@dataclass(frozen=True)
class PurposeUse:
    """One thing that data are used for, in the words that people were shown."""

    name: str
    wording: str
    ground: str
    newsletters: list[str]


@dataclass(frozen=True)
class Cookie:
    """A cookie by its name, and what it is for."""

    name: str
    what: str


@dataclass(frozen=True)
class DataUse:
    """What the privacy page tells without an editor's doing."""

    purposes: list[PurposeUse]
    forgotten: list[str]
    cookies: list[Cookie]
    counts_links: bool
    notes_readers: bool


def describe_data_use() -> DataUse:
    """Return how data are used today, in the active language; two queries."""
    purposes = Purpose.objects.prefetch_related("newsletters")
    counting = Newsletter.objects.filter(counts_links=True).exists()
    return DataUse(
        purposes=[_describe_purpose(purpose) for purpose in purposes],
        forgotten=[words % {"days": days} for _names, words, days in FORGOTTEN],
        cookies=list_cookies(),
        counts_links=counting,
        notes_readers=counting and bool(settings.NEWSLETTER_TRACKING_PURPOSE),
    )


def list_cookies() -> list[Cookie]:
    """Return every cookie that the site sets; none for who reads and signs up."""
    return [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            _("remembers that a partner has come in, until the browser is closed."),
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("keeps other sites from pressing a partner's buttons, for a year."),
        ),
    ]


def _describe_purpose(purpose: Purpose) -> PurposeUse:
    return PurposeUse(
        name=purpose.name,
        wording=purpose.wording,
        ground=str(GROUNDS[LawfulBasis(purpose.lawful_basis)]),
        newsletters=[newsletter.name for newsletter in purpose.newsletters.all()],
    )
