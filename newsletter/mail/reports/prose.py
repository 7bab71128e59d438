"""Bounces written for people: no machine-readable part, every server in its own words.

flufl.bounce finds the addresses in the formats it knows; who is not among them is found
by the words around any address.
"""

import logging
import re
from email import message_from_bytes

from flufl.bounce import all_failures

from newsletter.choices import BounceClass
from newsletter.mail.bounces import ADDRESS, classify
from newsletter.mail.reports.parts import is_too_deep

logger = logging.getLogger(__name__)

# A mail system's own address, or the name it writes before it.
MAIL_SYSTEM = re.compile(
    r"mailer[ ._-]?daemon|post[ ._-]?master|mail[ ._-]*(?:delivery|system|administrator|daemon)"
    r"|mdaemon|delivery[ ._-]?(?:subsystem|notification|status)|system administrator"
    r"|undeliver|bounce|^\W*<>|e500_smtp|imss@|inetgw",
)
SUBJECT = re.compile(
    r"undeliver|non-?deliver|not delivered|delivery (?:status|failure|failed|report"
    r"|notification|problem|error|has failed|warning|delayed)|(?:mail|message|delivery)"
    r" (?:system )?(?:error|failure|failed|delayed|warning)|failure (?:notice|delivery)"
    r"|failed mail|returned mail|returning to sender|returned to sender|could not be"
    r" delivered|couldn't be delivered|delayed mail|warning: (?:message|could not)"
    r"|processing error|user unknown|nondeliverable|mail (?:fail|could not)"
    r"|rejected mail|non remis|kunde inte levereras|olevererbart|kunne ikke leveres"
    r"|går inte att leverera|gick inte att leverera|unzustellbar|nicht zugestellt"
    r"|rückläufer|toimittaminen epäonnistui|non recapitabile|no entregado"
    r"|kan inte levereras|leveransen? misslyck|misslyckad leverans|kan ikke leveres"
    r"|levering\w* mislyk|fehler bei der nachrichten|toimittamaton|onbestelbaar"
    r"|niet te bezorgen|échec de la remise|no se puede entregar",
)
FAILURE = re.compile(
    r"(?:could not|couldn't|cannot|can't|can not|unable to|wasn't able to|was not|not able"
    r" to)(?: \w+){0,3} (?:deliver|sent|accept)|undeliver|did not (?:reach|receive)|not"
    r" delivered|delivery (?:has )?(?:failed|failure|to the following)|permanent (?:fatal"
    r" )?(?:error|failure|deliver)|failed (?:permanently|recipient)|has not yet been"
    r" delivered|has been (?:delayed|postponed|returned)|no such user|user unknown|unknown"
    r" user|automatically rejected|was rejected|kunde inte levereras|gick inte att leverera"
    r"|nicht zugestellt|pas pu etre delivr|n'existe pas|no pudo ser entregado"
    r"|leverans\w* misslyck|levering\w* mislyk|nachrichtenzustellung|nicht zustell"
    r"|échec de la remise|toimittaminen\b.{0,80}epäonnistui|bezorg\w+\b.{0,80}mislukt"
    r"|error de entrega"
    # A server's answer on a line of its own: "550 - Requested action not taken".
    r"|^[^\w\n]{0,40}5[05]\d(?:[ -]+#?5\.\d\.\d+)?[ :-]+\w+ \w+",
    re.MULTILINE,
)
# What comes before the words of the server that refused; what others made of them may
# stand before ("it was rejected by the recipient domain").
ANSWER = re.compile(
    r"\b(?:said|returned was|response was|replied|reason|error) ?: +|<<< |diagnostic-code:"
    r"|^[^\w\n]{0,40}(?=[45]\d\d[ -]#?[45]\.\d\.\d)",
    re.IGNORECASE | re.MULTILINE,
)
DELAYED = re.compile(
    r"has not yet been delivered|delayed|will (?:be retried|continue (?:to )?(?:try|attempt"
    r"|for))|delivery attempts will continue|warning (?:message )?only|no action is"
    r" required|still being retried|has been postponed|continue to (?:try|attempt)"
    r"|försenat|fördröj",
)
# From here on it is the returned letter, not the report.
CUT = re.compile(
    r"^[>|\t *]{0,40}+-{0,80}+ ?(?:(?:(?<=--)|(?<=-- )).{0,20}(?:below this line|below"
    r" the next line|original message|returned m|unsent message|copy of (?:the|your)"
    r" message|message (?:header|text"
    r"|follows)|this is a copy|start of returned|forwarded message|mensaje original"
    r"|header)|original message (?:follows|headers|details|as received|reads)|message"
    r" headers? follow|here is a copy|(?:the )?(?:first|header|following is|included is)"
    r".{0,40}(?:original|message (?:header|text)|copy of)|a (?:copy|summary) of the"
    r" (?:original|undelivered|message)|received: |return-path: |your message reads"
    r"|old message:|below is a copy|original message attached)",
    re.IGNORECASE | re.MULTILINE,
)
# Lines that repeat what the letter was called and to whom it went.
LETTER_LINE = re.compile(
    r"^[ \t*>|]*(?:(?:with )?(?:subject|ämne|betreff|objet|aihe|emne|asunto)\b"
    r"|(?:to|cc|sent|message-id|date|from) ?:).*(?:\n[ \t]{4,}\S.*)?",
    re.IGNORECASE | re.MULTILINE,
)
BEYOND_ASCII = re.compile(rb"[^\x00-\x7f]")
# It tries fifty patterns on every line.
BLANK_LINES = re.compile(rb"(?:\r?\n){3,}")
MOST_FOR_FLUFL = 60_000
MOST_ADDRESSES = 50


def looks_like_bounce(
    sender: str, subject: str, text: str, *, from_nobody: bool = False
) -> bool:
    """Say whether a mail without report parts is a server's report of a failure.

    ``from_nobody``: its envelope has no sender, as that of automatic replies.
    """
    is_system = is_mail_system(sender)
    named = bool(SUBJECT.search(subject.lower()))
    said = bool(FAILURE.search(cut_returned(text).lower()[:4000]))
    return is_system + named + said >= 2 or (named and from_nobody)


def is_mail_system(sender: str) -> bool:
    """Say whether a From header names a mail server rather than a person."""
    return bool(MAIL_SYSTEM.search(sender.lower()))


def is_delay(subject: str, text: str) -> bool:
    """Say whether the server is still trying."""
    words = f"{subject}\n{cut_returned(text)[:3000]}".lower()
    return bool(DELAYED.search(" ".join(words.split())))


def cut_returned(text: str) -> str:
    """Return the report without what it quotes of the letter; at least its first lines."""
    match = CUT.search(text, min(40, len(text)))
    return LETTER_LINE.sub("", text[: match.start()] if match else text)


def find_failures(content: bytes) -> list[str]:
    """Return the addresses flufl.bounce finds to have failed; sorted, often none."""
    if is_too_deep(content):
        return []
    # It takes headers for text, which those with bytes beyond ASCII are not.
    plain = BEYOND_ASCII.sub(b"?", content[:MOST_FOR_FLUFL])
    plain = BLANK_LINES.sub(b"\n\n", plain)
    try:
        temporary, permanent = all_failures(message_from_bytes(plain))
    except Exception as error:  # noqa: BLE001 -- whatever it is, the mail is kept
        logger.warning("flufl.bounce cannot read a mail: %s", type(error).__name__)
        return []
    found = {
        raw.decode("utf-8", "replace").strip("<>") for raw in temporary | permanent
    }
    return sorted(address for address in found if "@" in address)[:MOST_ADDRESSES]


def find_addresses(text: str) -> list[str]:
    """Return the addresses in a report's own words, in their order."""
    found = (match.strip(".<>") for match in ADDRESS.findall(cut_returned(text)))
    return list(dict.fromkeys(a.removeprefix("mailto:") for a in found))[
        :MOST_ADDRESSES
    ]


def words_about(address: str, text: str, others: list[str]) -> str:
    """Return what a report says about one of several addresses.

    From where it is first named to where the next one is; all of it, if it is alone.
    """
    text = cut_returned(text)
    lower = text.lower()
    start = lower.find(address.lower())
    named = [other.lower() for other in others if other != address]
    if start < 0 or not any(other in lower for other in named):
        return text
    # Mail.Ru says everything twice.
    places = [lower.find(other, start + len(address)) for other in named]
    return text[start : min((p for p in places if p > start), default=len(text))]


def judge_prose(subject: str, words: str, text: str) -> BounceClass:
    """Return the class by what is said of the address, else by all of the report.

    First by the answer of the server that refused, where it is quoted. The subject is
    asked last and blames nobody: it often ends in the letter's own.
    """
    answer = ANSWER.search(words)
    for said in (words[answer.end() :] if answer else "", words, text):
        found = classify("", said)
        if found != BounceClass.UNKNOWN:
            return found
    found = classify("", subject)
    return BounceClass.UNKNOWN if found == BounceClass.BLOCK else found
