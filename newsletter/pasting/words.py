"""Words by which a text shows what it is, in Swedish and English. Pure."""

import re

from newsletter.choices import NewsKind

MONTHS = {
    name: number
    for names in (
        "januari februari mars april maj juni juli augusti september oktober november"
        " december",
        "january february march april may june july august september october november"
        " december",
    )
    for number, name in enumerate(names.split(), start=1)
}
_MONTH = "|".join(MONTHS)
DATE = rf"(?:(?:\d{{1,2}}\s+)?(?:{_MONTH})\s+)?\d{{4}}"
PERIOD = re.compile(rf"({DATE})(?:\s*[-–—]\s*({DATE}))?", re.IGNORECASE)
# How an item is called in its own first lines.
KINDS = {
    "faktablad": NewsKind.FACT_SHEET,
    "informationsblad": NewsKind.FACT_SHEET,
    "fact sheet": NewsKind.FACT_SHEET,
    "inbjudan": NewsKind.INVITATION,
    "invitation": NewsKind.INVITATION,
    "rapport": NewsKind.REPORT,
    "report": NewsKind.REPORT,
    "rättelse": NewsKind.CORRECTION,
    "correction": NewsKind.CORRECTION,
    "lägesrapport": NewsKind.STATUS_NOTE,
    "status note": NewsKind.STATUS_NOTE,
}
STATUS = {"status", "läget", "läget nu", "lägesrapport", "where things stand"}
PARTNERS = re.compile(
    r"(?:(?:project|our|våra|projektets)\s+)?(?:partners|partner|projektpartner"
    r"|projektparter)$",
    re.IGNORECASE,
)
FACTS = re.compile(r"(?:fakta|facts)\b", re.IGNORECASE)
COLLABORATE = re.compile(
    r"(?:samarbeta|bli partner|bli en partner|work with us|collaborate)\b", re.I
)
AUDIENCE = re.compile(r"(?:målgrupp|vem kan delta|target group|for whom)\b", re.I)
FUNDING = re.compile(r"received funding from|grant agreement|medfinansieras av", re.I)
EVENT_LABEL = re.compile(
    r"(?P<label>datum|dag|tid|plats|lokal|adress|när|var|sista (?:anmälnings)?dag"
    r"|date|time|place|venue|when|where|deadline)\s*:\s*(?P<value>\S.*)",
    re.IGNORECASE,
)
SAYS = (
    r"(?:säger|menar|berättar|förklarar|tycker|konstaterar|påpekar|understryker"
    r"|betonar|avslutar|tillägger|fortsätter|says|explains|adds|concludes)"
)
NAME = r"[A-ZÅÄÖÉÜ][\w’'-]+(?:\s+(?:von|af|de|van|der)(?=\s))?(?:\s+[A-ZÅÄÖÉÜ][\w’'-]+){1,3}"
SPEAKER = re.compile(rf"\b{SAYS}\s+(?P<person>{NAME})(?:,\s+(?P<role>[^,.]{{3,120}}))?")
FURNITURE = re.compile(
    r"(?:(?:sida|page|s\.)\s*)?\d{1,3}(?:\s*(?:av|of|/)\s*\d{1,3}|\s*\(\d{1,3}\))?$",
    re.IGNORECASE,
)
FILE_NAME = re.compile(r"\S*\d\S*|\S+\.(?:docx?|pdf|odt|txt|html?)", re.IGNORECASE)


def read_date(text: str) -> str:
    """Return "juni 2021" as "2021-06", "4 maj 2021" as "2021-05-04"; "" if it is none."""
    words = text.lower().split()
    if not words or not words[-1].isdigit():
        return ""
    parts = [words[-1]]
    if len(words) > 1 and words[-2] in MONTHS:
        parts.append(f"{MONTHS[words[-2]]:02}")
        if len(words) > 2:
            parts.append(f"{int(words[-3]):02}")
    return "-".join(parts)


def find_month(text: str) -> str:
    """Return the first month with its year that a text names, as "2013-02"; or ""."""
    found = re.search(rf"\b(?:{_MONTH})\s+\d{{4}}", text, re.IGNORECASE)
    return read_date(found[0]) if found else ""


def lower_capitals(text: str, known: frozenset[str] = frozenset()) -> str:
    """Return a line whose first words are all capitals as a sentence.

    Words in ``known`` stay; after a dash what is no capitals stays as it is.
    """
    shouted, dash, rest = text.partition(" – ")
    if not shouted.isupper() or shouted in known:
        return text
    words = [w if w.strip(":;,.?!") in known else w.lower() for w in shouted.split()]
    lowered = " ".join(words)
    if rest.isupper():
        rest = rest.lower()
    return lowered[:1].upper() + lowered[1:] + dash + rest
