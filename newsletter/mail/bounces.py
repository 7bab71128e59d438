"""Why a letter did not arrive, by the server's status and words. Pure.

Neither "Action: failed" nor a 5xx says that an address is dead: of 534 real bounces
called permanent, two thirds were full mailboxes, policies and spam filters. So the words
decide first (``phrases``), then the enhanced status, then the reply code.
"""

import re

from crm.names import clean_line
from newsletter.choices import BounceClass
from newsletter.mail.phrases import BLOCKED, FOR_NOW, PASSING, UNKNOWN_ADDRESS

UNKNOWN_AT_MICROSOFT = re.compile(r"address(?:es)? rejected ?: access denied")
# As much of a server's answer as is looked at: characters.
MOST_WORDS = 4000

# RFC 3463 §2: class.subject.detail; subjects go up to 7.
STATUS = re.compile(r"(?<![\d.])([245])\.([0-7])\.(\d{1,3})(?!\d|\.\d)")
# A reply code as it stands in an answer: "said: 550 5.1.1 …", "#550", "[SMTP Error Code 550]".
CODE = re.compile(r"(?<![\d.\[(-])([245][0-5]\d)(?=[\s\]:;#-]|$)(?![\s-]*\d{2,})")
# It begins where a word does: trying every letter of a long one takes minutes.
ADDRESS = re.compile(
    r"(?<![^\s<>()\[\]\"';:,])[^\s<>()\[\]\"';:,]+@[^\s<>()\[\]\"';:,]+"
)
# "host mx.spam-filter.example[192.0.2.1] said:" says who speaks, not what is said.
SPEAKER = re.compile(
    r"(?:host|server|mta|gateway|from|to|by|at)\s+'?[\w.-]+\.\w+'?\s*"
    r"(?:[\[(][^\])]*[\])])?:?(?:\s*(?:said|replied|says))?"
)
LINK = re.compile(r"https?://\S+")
# "550-5.7.1 first line 550 5.7.1 second line": the answer of many lines.
REPEATED = re.compile(r"(?:^|(?<=\s))[45]\d\d[- ](?:#?[45]\.\d\.\d{1,3}(?=\s))?")
# Those who answer with the name of a list say enough by it.
LISTS = re.compile(
    r"spamhaus|spamcop|barracudacentral|sorbs\.net|uceprotect|abusix|dnsbl|senderscore"
    r"|mailspike|surbl|uribl|cloudmark|invaluement|[./=]rbl\b|\brbl[.-]"
    r"|unsolicitedmessageerror|unauthenticatedemail|ipremoval"
)

# The enhanced statuses whose meaning is one of ours whatever the words. RFC 3463 §3 and
# IANA's registry (RFC 5248): subject.detail of a permanent failure.
HARD_STATUSES = {
    "1.1",  # bad destination mailbox address
    "1.2",  # bad destination system address
    "1.3",  # bad destination mailbox address syntax
    "1.6",  # mailbox has moved, no forwarding address
    "1.10",  # recipient's domain has a null MX (RFC 7505)
    "7.17",  # mailbox owner has changed (RFC 7293)
    "7.18",  # domain owner has changed (RFC 7293)
    "4.310",  # Microsoft 365: the recipient's domain does not exist
}
BLOCK_STATUSES = {
    "1.7",  # bad sender's mailbox address syntax
    "1.8",  # bad sender's system address
    "1.90",  # Microsoft 365: the sender's daily limit
    "2.3",  # letter longer than the mailbox takes
    "3.4",  # letter too big for the system
}
# What the recipient's address cannot be the reason for, whatever the words: the sender's
# address, the command, the letter's form, the check of who sent it.
SENDER_STATUSES = re.compile(r"1\.[78]|5\.[2-6]|6\.\d+|7\.(?:2\d|3\d\d)")
SOFT_STATUSES = {
    "1.4",  # destination mailbox address ambiguous
    "2.0",  # the mailbox exists; something about it
    "2.1",  # disabled, perhaps for a time; the words say when it is for good
    "2.2",  # full
    "2.4",  # mailing list expansion problem
    "3.1",  # mail system full
    "3.2",  # system not accepting network messages
    "3.5",  # system incorrectly configured
}
# By subject, where the detail is none of the above.
BY_SUBJECT = {
    "4": BounceClass.SOFT,  # network and routing
    "6": BounceClass.BLOCK,  # content or media
    "7": BounceClass.BLOCK,  # security or policy
}
# Reply codes that say why by themselves (RFC 5321 §4.2.2, RFC 7504).
BY_CODE = {
    521: BounceClass.HARD,
    551: BounceClass.HARD,
    552: BounceClass.SOFT,
    556: BounceClass.HARD,
}


def classify_reply(code: int, text: str) -> BounceClass:
    """Return why a server refused, from its SMTP code and words.

    ``code`` 0 is a failure before any server answered. A 4xx is SOFT, or BLOCK when it
    blames the sender, never HARD; a 5xx that is not understood is UNKNOWN.
    """
    return classify("", text, code=code)


def classify(status: str, text: str, *, code: int = 0) -> BounceClass:
    """Return why a letter did not arrive.

    ``status`` is an enhanced status ("5.1.1" or ""), as of a report's Status field; one
    within ``text`` is nearer to the server that refused, and goes before it.
    """
    words = tidy_words(text)
    code = code or find_code(text)
    nearest = find_status(text) or find_status(status)
    is_passing = _is_passing(code, nearest)
    found = _by_words(words, nearest)
    if is_passing and not found and PASSING.search(words):
        # "4.7.0 Try again later" is no reproach.
        found = BounceClass.SOFT
    found = found or _by_status(nearest) or _by_code(code, words)
    if is_passing and found != BounceClass.BLOCK:
        return BounceClass.SOFT
    return found


def find_status(text: str) -> str:
    """Return the first enhanced status that says more than "failed" (5.0.0); or ""."""
    found = [".".join(match) for match in STATUS.findall(text[:MOST_WORDS])]
    telling = [status for status in found if not status.endswith(".0.0")]
    return (telling or found or [""])[0]


def find_code(text: str) -> int:
    """Return the first SMTP reply code of a refusal in a text, 0 without one."""
    for found in CODE.findall(text[:MOST_WORDS]):
        if found[0] != "2":
            return int(found)
    return 0


def hide_addresses(text: str) -> str:
    """Return a text on one line without anybody's address, at most 250 characters.

    Control characters go too: PostgreSQL takes no NUL.

    What is left of a list of addresses at its ends is cut off too: "<…>: no such user <".
    """
    words = clean_line(ADDRESS.sub("…", text))
    return words.lstrip("<>…:;, ").rstrip("<:;, ")[:250]


def tidy_words(text: str) -> str:
    """Return a server's words in lower case on one line, without names of hosts.

    Without them because "spam.example.org said: user unknown" is no spam filter's
    refusal. Lists of bad senders stay: their names are the reason.
    """
    words = " ".join(text[:MOST_WORDS].lower().replace("’", "'").split())
    listed = " blacklist" if LISTS.search(words) else ""
    words = LINK.sub(" ", ADDRESS.sub("@", words))
    words = SPEAKER.sub(" ", REPEATED.sub(" ", words))
    return " ".join(words.split()) + listed


def _is_passing(code: int, status: str) -> bool:
    """Whether the server itself called it temporary (RFC 5321 §4.2.1)."""
    return 400 <= code <= 499 or (not code and status.startswith("4"))


def _by_words(words: str, status: str) -> BounceClass | None:
    if FOR_NOW.search(words):
        return BounceClass.SOFT
    if UNKNOWN_AT_MICROSOFT.search(words) and status == "5.4.1":
        # Microsoft 365 knows its users and says so with these very words.
        return BounceClass.HARD
    if BLOCKED.search(words):
        return BounceClass.BLOCK
    if UNKNOWN_ADDRESS.search(words):
        blames_sender = SENDER_STATUSES.fullmatch(status.partition(".")[2])
        return BounceClass.BLOCK if blames_sender else BounceClass.HARD
    return None


def _by_status(status: str) -> BounceClass | None:
    detail = status.partition(".")[2]
    for details, bounce_class in (
        (HARD_STATUSES, BounceClass.HARD),
        (BLOCK_STATUSES, BounceClass.BLOCK),
        (SOFT_STATUSES, BounceClass.SOFT),
    ):
        if detail in details:
            return bounce_class
    return BY_SUBJECT.get(detail.partition(".")[0])


def _by_code(code: int, words: str) -> BounceClass:
    if PASSING.search(words):
        return BounceClass.SOFT
    return BY_CODE.get(code, BounceClass.UNKNOWN)
