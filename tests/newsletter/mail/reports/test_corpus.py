"""The reader against real mail: 117 reports from thirty kinds of servers."""

import random

import pytest

from newsletter.mail.reports import read_reports
from tests.newsletter.mail.corpus import FOLDER, read_corpus

CORPUS = list(read_corpus())


def test_corpus_is_whole():
    files = {path.stem for path in (FOLDER / "flufl").glob("*.txt")}

    assert {mail.name for mail in CORPUS} == files
    assert len(files) == 117


@pytest.mark.parametrize("mail", CORPUS, ids=lambda mail: mail.name)
def test_read_reports_reads_what_a_person_reads(mail):
    assert mail.found == mail.label


def test_read_reports_cut_off_anywhere_raises_nothing_and_invents_no_dead_address():
    """A mail that was cut before the reason may say less, never something worse."""
    draw = random.Random(3464)
    alive = [mail for mail in CORPUS if mail.label not in ("bounced hard",)]
    invented = []
    for mail in alive:
        for _cut in range(5):
            content = mail.content[: draw.randrange(len(mail.content))]
            if any(r.bounce_class == "hard" for r in read_reports(content)):
                invented.append((mail.name, len(content)))

    assert invented == []


def test_read_reports_with_bytes_changed_raises_nothing():
    draw = random.Random(5965)
    for mail in CORPUS:
        content = bytearray(mail.content)
        for _change in range(40):
            content[draw.randrange(len(content))] = draw.randrange(256)

        assert len(read_reports(bytes(content))) >= 1
