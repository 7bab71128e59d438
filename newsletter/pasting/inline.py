"""Links in a line of plain text: where they may lead, and how people write them. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import gettext as _

from newsletter.pasting.parts import Run, Source, tidy_runs

LONGEST_ADDRESS = 2000
E_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
LINK = re.compile(
    r"\[(?P<words>[^\]\[]{1,300})\]\((?P<target>[^()\s]*)\)"
    r"|<(?P<angle>https?://[^<>\s]+)>"
    r"|(?P<address>(?:https?://|www\.)[^\s<>\"“”]+)"
    rf"|(?P<mail>{E_MAIL})",
    re.IGNORECASE,
)
# What stands after an address rather than in it.
AFTER = ".,;:!?)”’\"'"


def clean_address(href: str | None) -> str:
    """Return where a link may lead: a whole http(s) or mailto address, or "".

    Google Docs leads links over an address of its own; that is taken away.
    """
    href = "".join(char for char in (href or "").strip() if char.isprintable())
    if href.lower().startswith("www."):
        href = f"https://{href}"
    if len(href) > LONGEST_ADDRESS or any(char in href for char in "<>\"'` \\"):
        return ""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    if parts.hostname == "www.google.com" and parts.path == "/url":
        return clean_address(parse_qs(parts.query).get("q", [""])[0])
    if parts.scheme in {"http", "https"} and parts.hostname:
        return href
    if parts.scheme == "mailto" and re.fullmatch(E_MAIL, parts.path):
        return f"mailto:{parts.path}"
    return ""


def read_runs(text: str, source: Source, *, is_bold: bool = False) -> tuple[Run, ...]:
    """Return a line of plain text as runs, with the links that are written out in it."""
    return tidy_runs(_split(text, source, is_bold))


def remark_dead_link(source: Source, words: str) -> None:
    """Note that a link led nowhere, or where no letter may lead."""
    source.remark(
        _("The link “%(words)s” led nowhere and became plain text.")
        % {"words": " ".join(words.split())[:80]}
    )


def _split(text: str, source: Source, is_bold: bool) -> Iterator[Run]:
    end = 0
    for match in LINK.finditer(text):
        yield Run(text[end : match.start()], is_bold)
        end = match.end()
        yield from _read_match(match, source, is_bold)
    yield Run(text[end:], is_bold)


def _read_match(match: re.Match[str], source: Source, is_bold: bool) -> Iterator[Run]:
    if match["words"]:
        href = clean_address(match["target"])
        if not href:
            remark_dead_link(source, match["words"])
        yield Run(match["words"], is_bold, href)
    elif match["mail"]:
        mail = match["mail"].rstrip(AFTER)
        yield Run(mail, is_bold, f"mailto:{mail}")
        yield Run(match["mail"][len(mail) :], is_bold)
    else:
        written = match["angle"] or match["address"]
        shown = written.rstrip(AFTER)
        yield Run(shown, is_bold, clean_address(shown))
        yield Run(written[len(shown) :], is_bold)
