"""Letters to look at, made without saving more than a test needs."""

from newsletter.models import NewsPage
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Audience, Letter
from tests.factories import make_news_page


def make_letter(*blocks, audience: Audience | None = None, **fields) -> Letter:
    """Return a letter with these (kind, stored value) blocks and fields of the page."""
    page = NewsPage.objects.get(pk=make_news_page(body=list(blocks), **fields).pk)
    return Letter(page, page.newsletter, audience or Audience())


def text(html: str, **value) -> tuple[str, dict]:
    return "text", {"text": html, **value}


def found(rule, letter: Letter) -> list[tuple[str, str, str]]:
    """Return (code, severity, about) of what a rule finds."""
    findings: list[Finding] = list(rule(letter))
    return [(f.code, str(f.severity), f.about) for f in findings]
