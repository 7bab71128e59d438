"""Complaints: feedback reports (RFC 5965), and Microsoft's older ones."""

from newsletter.mail.reports.status import read_address

FEEDBACK_TYPES = {"message/feedback-report"}
# RFC 5965 §7.3, RFC 6650 §5: what a reader does with the button "this is spam". The
# rest ("virus", "auth-failure", "not-spam", "other") is no wish of the reader's.
COMPLAINING = {"abuse", "fraud", "opt-out", "opt-out-list", "miscategorized"}


def read_feedback(text: str) -> dict[str, list[str]]:
    """Return the fields of a feedback part by lower-case name, each as often as it came."""
    fields: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line[:1] in {" ", "\t"} and name:
            fields[name][-1] += " " + line.strip()
            continue
        before, colon, value = line.partition(":")
        name = before.strip().lower() if colon else ""
        if name:
            fields.setdefault(name, []).append(value.strip())
    return fields


def is_complaint(fields: dict[str, list[str]]) -> bool:
    """Say whether a reader complained."""
    kinds = {
        kind.split()[0].lower() for kind in fields.get("feedback-type", []) if kind
    }
    return bool(kinds & COMPLAINING)


def find_complainers(fields: dict[str, list[str]]) -> tuple[str, ...]:
    """Return the addresses the complaint names as recipients, if it names any."""
    names = ("original-rcpt-to", "removal-recipient", "x-original-rcpt-to")
    values = [value for name in names for value in fields.get(name, [])]
    return tuple(filter(None, map(read_address, values)))
