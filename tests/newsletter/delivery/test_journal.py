"""newsletter/delivery/journal.py."""

import os

import pytest

from newsletter.delivery.journal import Journal, LeftJournal, Replay
from newsletter.delivery.outcomes import Outcome, Verdict

ACCEPTED = Outcome(Verdict.ACCEPTED, 250, "ok queued as 4F", "DOT")


def read(path):
    left = LeftJournal.take(path)
    try:
        return left.read()
    finally:
        left.close()


def test_take_while_worker_lives_is_none(tmp_path):
    journal = Journal(tmp_path / "a.journal")

    assert LeftJournal.take(journal.path) is None
    journal.close()


def test_take_without_journal_raises(tmp_path):
    with pytest.raises(FileNotFoundError):
        LeftJournal.take(tmp_path / "none.journal")


def test_journal_name_taken_raises(tmp_path):
    journal = Journal(tmp_path / "a.journal")

    with pytest.raises(FileExistsError):
        Journal(journal.path)
    journal.close()


def test_read_handing_without_answer_is_in_doubt(tmp_path):
    journal = Journal(tmp_path / "a.journal")
    journal.note_handing(1)
    journal.note_answer(1, ACCEPTED)
    journal.note_handing(2)
    journal.abandon()

    replay = read(journal.path)

    assert replay == Replay({2}, {1: ACCEPTED})
    # To the microsecond, as it is written.
    assert abs(replay.answered[1].at - ACCEPTED.at) < 0.000_001


def test_read_torn_answer_leaves_delivery_in_doubt(tmp_path):
    path = tmp_path / "a.journal"
    path.write_text("H 1\nR 1 accepted 250 DOT o")

    assert read(path) == Replay({1}, {})


def test_read_torn_handing_is_as_never_written(tmp_path):
    path = tmp_path / "a.journal"
    path.write_text("H 1\nR 1 accepted 250 DOT 1795340400.5 ok\nH 2")

    replay = read(path)

    assert (replay.in_doubt, set(replay.answered)) == (set(), {1})


def test_read_answer_with_line_breaks_stays_one_line(tmp_path):
    journal = Journal(tmp_path / "a.journal")
    journal.note_handing(1)
    journal.note_answer(1, Outcome(Verdict.FAILED, 554, "no\r\nR 9 accepted", "DOT"))
    journal.abandon()

    replay = read(journal.path)

    assert set(replay.answered) == {1}
    assert replay.answered[1].reply == "DOT 554 no R 9 accepted"


def test_read_answer_without_phase_or_words_is_whole(tmp_path):
    journal = Journal(tmp_path / "a.journal")
    journal.note_answer(1, Outcome(Verdict.FAILED))
    journal.abandon()

    assert read(journal.path).answered == {1: Outcome(Verdict.FAILED)}


def test_clear_forgets_and_goes_on(tmp_path):
    journal = Journal(tmp_path / "a.journal")
    journal.note_handing(1)
    journal.clear(set())
    journal.note_handing(2)
    journal.abandon()

    assert read(journal.path) == Replay({2}, {})


def test_clear_letter_without_answer_is_kept(tmp_path):
    journal = Journal(tmp_path / "a.journal")
    journal.note_handing(1)
    journal.note_handing(2)
    journal.note_answer(1, ACCEPTED)
    journal.clear({2})
    journal.abandon()

    assert read(journal.path) == Replay({2}, {1: ACCEPTED})


def test_clear_large_journal_begins_anew_with_what_has_no_answer(tmp_path, monkeypatch):
    monkeypatch.setattr("newsletter.delivery.journal.LARGE_BYTES", 10)
    journal = Journal(tmp_path / "a.journal")
    old = os.open(journal.path, os.O_RDONLY)
    journal.note_handing(1)
    journal.note_handing(2)
    journal.note_answer(1, ACCEPTED)

    journal.clear({2})
    journal.note_handing(3)

    # Locked all the time; who had opened the old file is not taken in by it.
    assert LeftJournal.take(journal.path) is None
    monkeypatch.setattr(os, "open", lambda *_: old)
    assert LeftJournal.take(journal.path) is None
    monkeypatch.undo()
    journal.abandon()
    assert read(journal.path) == Replay({2, 3}, {})
    assert [path.name for path in tmp_path.iterdir()] == ["a.journal"]


def test_read_lines_that_nobody_wrote_are_seen(tmp_path):
    path = tmp_path / "a.journal"
    path.write_text(
        "H 1\nR 1 accepted 250 DOT 1795340400.5 ok\nH 4\0\0\0H 5\nR 2 x\nH 3\n"
    )

    replay = read(path)

    assert (replay.in_doubt, set(replay.answered)) == ({3}, {1})
    assert not replay.is_whole


def test_note_handing_half_a_line_fits_raises(tmp_path, monkeypatch):
    journal = Journal(tmp_path / "a.journal")
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, line: write(file, line[:2]))

    with pytest.raises(OSError, match="full"):
        journal.note_handing(4711)
    journal.abandon()

    assert read(journal.path) == Replay()
