"""The labelled real mail in tests/data/bounces, and what our reader makes of it."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsletter.mail.reports import read_reports

FOLDER = Path(__file__).parents[2] / "data" / "bounces"


@dataclass(frozen=True)
class Labelled:
    """One mail, what a person reads in it, and what we read in it.

    ``label`` and ``found`` are a type and a class such as "bounced hard".
    """

    name: str
    content: bytes
    label: str

    @property
    def found(self) -> str:
        """What we say of its first recipient."""
        report = read_reports(self.content)[0]
        return f"{report.type} {report.bounce_class or ''}".strip()


def read_corpus() -> Iterator[Labelled]:
    """Yield every labelled mail, by name."""
    with (FOLDER / "labels.csv").open() as file:
        for row in csv.DictReader(file):
            path = FOLDER / "flufl" / f"{row['mail']}.txt"
            label = f"{row['type']} {row['class']}".strip()
            yield Labelled(row["mail"], path.read_bytes(), label)


def count_confusions(mails) -> Counter[tuple[str, str]]:
    """Return how often each label was read as what."""
    return Counter((mail.label, mail.found) for mail in mails)
