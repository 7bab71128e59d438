import pytest
import time_machine

from home.caching import near
from home.caching.answers import Answer
from home.caching.near import NearAnswers

NOON = 1_800_000_000.0


def make_answer(body: bytes = b"x", ends_at: float = NOON + 600) -> Answer:
    return Answer([], body, '"x"', None, ends_at)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def test_answer_is_found_under_its_own_generation_and_key():
    answers, answer = NearAnswers(), make_answer()
    answers.keep(1, "a", answer)

    assert answers.find(1, "a") is answer
    assert answers.find(2, "a") is None
    assert answers.find(1, "b") is None


def test_answer_that_is_too_old_is_not_found():
    answers = NearAnswers()
    answers.keep(1, "a", make_answer(ends_at=NOON))

    assert answers.find(1, "a") is None


def test_another_generation_takes_the_place_of_the_one_before():
    answers = NearAnswers()
    answers.keep(1, "a", make_answer())
    answers.keep(2, "a", make_answer())

    assert answers.find(1, "a") is None
    assert answers.find(2, "a") == make_answer()


def test_too_many_bytes_make_room(monkeypatch):
    monkeypatch.setattr(near, "MOST_BYTES", 10)
    answers = NearAnswers()
    answers.keep(1, "a", make_answer(b"x" * 11))
    answers.keep(1, "b", make_answer())

    assert answers.find(1, "a") is None
    assert answers.find(1, "b") == make_answer()
