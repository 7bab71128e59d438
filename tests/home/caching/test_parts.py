from itertools import count

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from home.caching import parts
from home.caching.parts import keep_part, making_answer, sharing_parts
from home.middleware import WayMiddleware
from tests.home.caching.scene import ARCHIVE, HOME, make_scene


def test_nothing_is_kept_outside_the_making_of_an_answer_for_everybody():
    number = count()

    assert keep_part("a", lambda: next(number)) == 0
    with making_answer(1, 600):
        assert keep_part("a", lambda: next(number)) == 1
    assert keep_part("a", lambda: next(number)) == 2


def test_answer_for_one_reader_makes_its_parts_once_and_keeps_none():
    number = count()

    def ask() -> list[int]:
        with sharing_parts():
            return [keep_part("a", lambda: next(number)) for _time in range(2)]

    assert [ask(), ask()] == [[0, 0], [1, 1]]
    with making_answer(1, 600):
        assert ask() == [2, 2]
        assert ask() == [2, 2]
    assert ask() == [3, 3]


@pytest.mark.parametrize(("method", "made"), [("GET", 1), ("HEAD", 1), ("POST", 2)])
def test_request_that_may_write_shares_nothing(method, made):
    asked = []

    def answer(request) -> HttpResponse:
        for _time in range(2):
            keep_part("a", lambda: asked.append(request))
        return HttpResponse()

    WayMiddleware(answer)(RequestFactory().generic(method, "/"))

    assert len(asked) == made


def test_part_is_made_once_for_its_generation_and_key():
    number = count()

    def ask(generation: int, key: object = "a") -> int:
        with making_answer(generation, 600):
            return keep_part(key, lambda: next(number))

    assert [ask(1), ask(1), ask(1, ("a", "sv")), ask(1)] == [0, 0, 1, 0]
    assert [ask(2), ask(2)] == [2, 2]
    assert ask(1) == 3


def test_part_that_is_too_old_is_made_anew(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(parts.time, "monotonic", lambda: clock[0])
    number = count()

    def ask() -> int:
        with making_answer(1, 600):
            return keep_part("a", lambda: next(number))

    assert ask() == 0
    clock[0] = 599.0
    assert ask() == 0
    clock[0] = 600.0
    assert ask() == 1


def test_every_day_has_parts_of_its_own():
    number = count()

    def ask() -> int:
        with making_answer(1, 600):
            return keep_part("a", lambda: next(number))

    with time_machine.travel("2026-05-04 23:59:50+02:00", tick=False) as clock:
        assert [ask(), ask()] == [0, 0]
        clock.shift(20)
        assert [ask(), ask()] == [1, 1]


def test_part_that_cannot_be_made_is_not_kept():
    with making_answer(1, 600):
        with pytest.raises(ZeroDivisionError):
            keep_part("a", lambda: 1 // 0)
        assert keep_part("a", lambda: 7) == 7


@pytest.mark.database
def test_page_of_kept_parts_is_the_page_made_anew(reader):
    scene = make_scene()
    logged_in = {"HTTP_COOKIE": "sessionid=nobody"}
    for path in (HOME, ARCHIVE, "/en/nyheter/", f"{ARCHIVE}?year=2026"):
        # The first of these made the parts, which the second shares.
        first, second = (
            reader.get(path),
            reader.get(f"{path}{'&' if '?' in path else '?'}x=1"),
        )
        own = reader.get(path, **logged_in)
        assert [reply.is_hit for reply in (first, second, own)] == [False] * 3
        assert own.text == first.text, path
        assert second.text.replace("&amp;x=1", "").replace("?x=1", "") == first.text, (
            path
        )
    assert scene.site.archive.title in reader.get(ARCHIVE).text


def test_parts_spare_the_next_page_their_queries(reader):
    make_scene()
    reader.get("/en/")

    with CaptureQueriesContext(connection) as first:
        reader.get(f"{ARCHIVE}?x=1")
    with CaptureQueriesContext(connection) as second:
        reader.get(f"{ARCHIVE}?x=2")

    assert len(second) <= len(first) - 6
    assert len(second) <= 13
