"""Delivery status notifications: RFC 3464, and RFC 6533 for addresses beyond ASCII."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.choices import BounceClass, EventType
from newsletter.mail.bounces import classify

STATUS_TYPES = {
    "message/delivery-status",
    "message/global-delivery-status",
    # What some gateways make of it on the way.
    "text/delivery-status",
}
MOST_RECIPIENTS = 100
# RFC 6533 §3: a character beyond ASCII where the road is ASCII only.
XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
FIELD = re.compile(r"^[ \t]*(final-recipient|action|status):", re.I | re.M)
COMMENT = re.compile(r"\(([^()]{3,300})\)")
RECIPIENT_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")
BEGINNING_FIELDS = {"original-recipient", "final-recipient", "action", "status"}
ACTIONS = {
    "failed": EventType.BOUNCED,
    "failure": EventType.BOUNCED,
    "error": EventType.BOUNCED,
    "delayed": EventType.DEFERRED,
    "delivered": EventType.DELIVERED,
    # Passed on to where no reports come from, or to a list of addresses: it arrived.
    "relayed": EventType.DELIVERED,
    "expanded": EventType.DELIVERED,
}


@dataclass(frozen=True)
class Status:
    """What a notification says of one recipient. ``words`` are the server's own."""

    recipients: tuple[str, ...]
    type: EventType
    status: str
    words: str

    def judge(self, more_words: str = "") -> BounceClass | None:
        """Return the bounce's class; ``more_words`` is the prose that goes with it.

        The prose is asked only where the fields say nothing: it may quote the letter.
        """
        if self.type == EventType.DELIVERED:
            return None
        found = classify(self.status, self.words)
        if found == BounceClass.UNKNOWN and more_words:
            found = classify(self.status, f"{self.words} {more_words}")
        # What is still being tried is nobody's fault for good.
        if self.type == EventType.DEFERRED and found != BounceClass.BLOCK:
            return BounceClass.SOFT
        return found


def read_statuses(text: str) -> list[Status]:
    """Return what the text of a delivery-status part says, one entry a recipient."""
    statuses: list[Status] = []
    for fields in _split_recipients(text):
        if len(statuses) == MOST_RECIPIENTS:
            break
        statuses.append(_read_status(fields))
    return statuses


def has_fields(text: str) -> bool:
    """Say whether a text for people holds such fields line by line."""
    return len({match[1].lower() for match in FIELD.finditer(text)}) > 1


def find_sender(text: str) -> list[str]:
    """Return the envelope sender where the server names it (Postfix does)."""
    return [
        value
        for name, value in _read_fields(text)
        if name in {"x-postfix-sender", "original-envelope-id", "x-sender"}
    ]


def read_address(value: str) -> str:
    """Return the address in a field such as "rfc822; asa@example.org" (RFC 3464 §2.1.2).

    Empty for kinds of addresses that are none of ours (x400).
    """
    kind, semicolon, address = value.partition(";")
    if not semicolon:
        kind, address = "rfc822", value
    if kind.strip().lower() not in {"rfc822", "utf-8", "smtp", "unknown"}:
        return ""
    address = XTEXT.sub(_unescape, address.strip().strip("<>").strip())
    return address[:320] if "@" in address else ""


def _read_status(fields: dict[str, str]) -> Status:
    status = fields.get("status", "")
    action, _blank, remark = fields.get("action", "").strip().partition(" ")
    notes = [*COMMENT.findall(status), *COMMENT.findall(remark)]
    if status[:2] not in {"2.", "4.", "5."}:
        # "553 Exceeded maximum inbound message size" where a status should stand.
        notes.append(status)
    words = [
        fields.get("diagnostic-code", "").partition(";")[2]
        or fields.get("diagnostic-code", ""),
        fields.get("x-supplementary-info", "")
        or fields.get("x400-supplementary-info", ""),
        *notes,
    ]
    found = (read_address(fields.get(name, "")) for name in RECIPIENT_FIELDS)
    return Status(
        recipients=tuple(dict.fromkeys(address for address in found if address)),
        type=ACTIONS.get(action.strip(" ;,.").lower()) or _type_by(status),
        status=status,
        words=" ".join(word for word in words if word),
    )


def _type_by(status: str) -> EventType:
    """Where no action is named, the status' class says what happened (RFC 3463 §2)."""
    by_class = {"2": EventType.DELIVERED, "4": EventType.DEFERRED}
    return by_class.get(status[:1], EventType.BOUNCED)


def _split_recipients(text: str) -> Iterator[dict[str, str]]:
    """Yield the fields of each recipient.

    A blank line separates them; where somebody left it out, a field that comes again
    begins the next. Fields about the whole message come first and name no recipient.
    """
    fields: dict[str, str] = {}
    for name, value in _read_fields(text):
        if not name or (name in fields and name in BEGINNING_FIELDS):
            if _is_recipient(fields):
                yield fields
            fields = {}
        if name:
            fields.setdefault(name, value)
    if _is_recipient(fields):
        yield fields


def _is_recipient(fields: dict[str, str]) -> bool:
    if any(name in fields for name in RECIPIENT_FIELDS):
        return True
    return "action" in fields and "reporting-mta" not in fields


def _read_fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and unfolded value of each field, ("", "") for a blank line."""
    name, value = "", ""
    for line in (*text.splitlines(), ""):
        if line[:1] in {" ", "\t"} and line.strip():
            value += " " + line.strip()
            continue
        if name:
            yield name, value
        name, _colon, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()
        if not line.strip():
            yield "", ""


def _unescape(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    # Surrogates and numbers beyond Unicode are no characters.
    is_character = number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return chr(number) if is_character else "?"
