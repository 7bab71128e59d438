"""How well returned mail is understood: ``make bench-bounces``.

Reads the labelled real mail of tests/data/bounces and what a private Postfix returns, and
prints for both what a person reads in it against what we read in it. flufl.bounce stands
beside it, whose "permanent" is what most software takes for a dead address.
"""

import smtplib
import sys
import time
from collections import Counter
from collections.abc import Iterator

from newsletter.mail.reports import read_reports
from newsletter.mail.reports.prose import find_failures
from tests.newsletter.mail.corpus import Labelled, read_corpus
from tests.postfix import MISSING, is_there, running_postfix
from tests.smtp_server import running_smtp_server

LABELS = (
    "bounced hard",
    "bounced soft",
    "bounced block",
    "bounced unknown",
    "deferred soft",
    "autoresponded auto_reply",
    "other",
)
BOUNCE_ADDRESS = "studs@example.org"
# Local part -> the last server's answer to RCPT, and how a person reads it.
ANSWERS = {
    "unknown": ("550 5.1.1 User unknown in virtual mailbox table", "bounced hard"),
    "moved": ("551 5.1.6 Recipient no longer here", "bounced hard"),
    "åsa": ("550 5.1.1 User unknown", "bounced hard"),
    "full": ("552 5.2.2 Mailbox full", "bounced soft"),
    "later": ("450 4.3.2 Try again later", "bounced soft"),
    "grey": ("451 4.7.1 Greylisted, come back later", "bounced soft"),
    "spam": ("554 5.7.1 Message rejected as spam", "bounced block"),
    "policy": ("550 5.7.26 Sender is unauthenticated", "bounced block"),
    "large": ("552 5.3.4 Message size exceeds fixed limit", "bounced block"),
    "relay": ("554 5.7.1 Relay access denied", "bounced block"),
    "silent": ("550 Denied", "bounced unknown"),
}
LETTER = b"Subject: Rapport\r\n\r\nHej\r\n"


def main() -> int:
    """Print the tables; return how many mails are read other than a person does."""
    corpus = list(read_corpus())
    began = time.perf_counter()
    found = [(mail.label, mail.found) for mail in corpus]
    seconds = time.perf_counter() - began
    wrong = print_table(f"{len(corpus)} real mails (flufl.bounce's corpus)", found)
    print_baseline(corpus)
    say(f"\n{1000 * seconds / len(corpus):.1f} ms a mail.")
    if not is_there():
        say(f"\n{MISSING}")
        return wrong
    returned = list(return_letters())
    return wrong + print_table(
        f"{len(returned)} mails returned by a private Postfix", returned
    )


def print_table(title: str, found: list[tuple[str, str]]) -> int:
    """Print rows by label, columns by what was read; return how many lie beside it."""
    numbers = Counter(found)
    right = sum(number for (label, read), number in numbers.items() if label == read)
    labels = [label for label in LABELS if any(label in pair for pair in numbers)]
    say(f"\n### {title}: {right} of {len(found)} as labelled\n")
    say(f"| labelled \\ read | {' | '.join(labels)} |")
    say(f"|---|{'---|' * len(labels)}")
    for label in labels:
        cells = (str(numbers[label, read] or "·") for read in labels)
        say(f"| {label} | {' | '.join(cells)} |")
    return len(found) - right


def print_baseline(corpus: list[Labelled]) -> None:
    """Say what stopping every address that flufl.bounce finds would have meant."""
    stopped = [mail for mail in corpus if find_failures(mail.content)]
    dead = sum(mail.label == "bounced hard" for mail in stopped)
    say(
        f"\nflufl.bounce alone finds a failed address in {len(stopped)} of them; "
        f"{dead} are dead, {len(stopped) - dead} are not."
    )


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")


def return_letters() -> Iterator[tuple[str, str]]:
    """Yield label and reading for each letter that a private Postfix returns."""

    def answer(phase: str, address: str) -> str | None:
        return ANSWERS[address.partition("@")[0]][0] if phase == "RCPT" else None

    with (
        running_smtp_server(answer=answer, extensions=("SMTPUTF8",)) as remote,
        running_postfix(
            routes={"norrhamn.example": remote.port}, bounce_address=BOUNCE_ADDRESS
        ) as postfix,
    ):
        with smtplib.SMTP("127.0.0.1", postfix.port) as client:
            for name in ANSWERS:
                options = [] if name.isascii() else ["SMTPUTF8"]
                address = f"{name}@norrhamn.example"
                client.sendmail(BOUNCE_ADDRESS, [address], LETTER, options)
        for mail in postfix.wait_for(len(ANSWERS), seconds=60):
            report = read_reports(mail.read_bytes())[0]
            name = report.recipients[0].partition("@")[0]
            yield ANSWERS[name][1], f"{report.type} {report.bounce_class}"


if __name__ == "__main__":
    sys.exit(bool(main()))
