"""What a statement still lacks before it says what the law asks for.

Of the page's fields alone, so that it can be said while the page is written. What the
templates say by themselves is not asked for.
"""

from datetime import date, timedelta
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from home.choices import Conformity

# MDFFS 2019:2 has the statement updated; Digg advises to look it through every year.
REVIEW_AFTER = timedelta(days=365)


def find_accessibility_gaps(page: Any) -> list[str]:
    """Return in sentences what an accessibility statement lacks (MDFFS 2019:2, 6 §)."""
    gaps = []
    is_full = page.conformity == Conformity.FULLY
    if not is_full and not (_says(page.faults) or _says(page.burdens)):
        gaps.append(
            _("Say what is not accessible, and why: the site does not comply fully.")
        )
    if is_full and (_says(page.faults) or _says(page.burdens)):
        gaps.append(
            _("It says that the site complies fully, and yet what is not accessible.")
        )
    if not _says(page.method):
        gaps.append(_("Say how the site was assessed."))
    if page.assessed_on and page.reviewed_on and page.reviewed_on < page.assessed_on:
        gaps.append(_("It was last looked through before the site was assessed."))
    return gaps


def find_privacy_gaps(page: Any) -> list[str]:
    """Return in sentences what a privacy page lacks (GDPR art. 13 and 14)."""
    gaps = []
    if not page.postal_address.strip():
        gaps.append(_("Say where the body responsible can be reached by post."))
    if not page.officer_email:
        gaps.append(
            _("Name the address of the data protection officer, if you have one.")
        )
    if not _says(page.sources):
        gaps.append(_("Say where you get the data from, other than from people."))
    if not _says(page.recipients):
        gaps.append(
            _("Say who else gets the data, such as whoever runs the servers for you.")
        )
    if not _says(page.retention):
        gaps.append(_("Say how long people stay in the register."))
    return gaps


def is_old(reviewed_on: date | None, today: date) -> bool:
    """Say whether a statement was not looked through for a year."""
    return reviewed_on is not None and today - reviewed_on > REVIEW_AFTER


def _says(text: str) -> bool:
    return bool(strip_tags(text or "").strip())
