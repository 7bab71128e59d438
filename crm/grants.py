"""What is told of a grant beyond the register: apps above register a page of theirs."""

from django.urls import reverse

from crm.models import Grant

# Names of addresses that take a grant's number.
_reports: list[str] = []


def register_report(url_name: str) -> None:
    """Let a grant's page lead to that address, too."""
    _reports.append(url_name)


def report_urls(grant: Grant) -> list[str]:
    """Return where more is told of the grant, in the order of registration."""
    return [reverse(name, args=[grant.pk]) for name in _reports]
