"""A page that several ask for at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.http import HttpResponse

from home.caching import turns
from home.caching.answers import keep_answer
from home.caching.front import PageFront
from home.caching.turns import Turns
from tests.factories import make_news_page
from tests.home.caching.scene import HOME

# As long as another maker is given to turn up.
MOMENT = 0.2


class Kitchen:
    """A web application that lets a moment pass over a page, for others to come in."""

    def __init__(self, *, is_kept: bool = True, fails: bool = False) -> None:
        self.made: list[int] = []
        self._is_kept, self._fails = is_kept, fails
        self.has_begun, self._second = threading.Event(), threading.Event()

    def __call__(self, environ, start_response):
        self.made.append(len(self.made) + 1)
        self.has_begun.set()
        if len(self.made) > 1:
            self._second.set()
        self._second.wait(MOMENT)
        if self._fails and len(self.made) == 1:
            raise ZeroDivisionError
        response = keep_answer(HttpResponse)(f"page {len(self.made)}")
        said = {} if self._is_kept else {"Cache-Control": "private"}
        start_response("200 OK", list(said.items()))
        return response


def ask(reader, times: int) -> list[str]:
    """Ask for a page so often at once; return what was read, "" for an error."""

    def read(_number) -> str:
        try:
            return reader.get(HOME).text
        except ZeroDivisionError:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as readers:
        return list(readers.map(read, range(times)))


def test_page_that_several_ask_for_at_once_is_made_once(reader):
    kitchen = Kitchen()
    reader.application = PageFront(kitchen, 600)

    assert ask(reader, 3) == ["page 1"] * 3
    assert kitchen.made == [1]


def test_page_of_one_reader_is_made_for_each(reader):
    kitchen = Kitchen(is_kept=False)
    reader.application = PageFront(kitchen, 600)

    ask(reader, 3)

    assert kitchen.made == [1, 2, 3]


def test_page_that_failed_is_made_by_the_next(reader):
    kitchen = Kitchen(fails=True)
    reader.application = PageFront(kitchen, 600)

    assert sorted(ask(reader, 2)) == ["", "page 2"]


def test_page_that_takes_long_is_waited_for_no_longer(reader, monkeypatch):
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.001)
    kitchen = Kitchen()
    reader.application = PageFront(kitchen, 600)

    ask(reader, 2)

    assert kitchen.made == [1, 2]


def test_who_asks_after_a_change_does_not_wait_for_the_page_before_it(reader):
    kitchen = Kitchen()
    reader.application = PageFront(kitchen, 600)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(ask, reader, 1)
        assert kitchen.has_begun.wait(5)
        make_news_page()

        assert reader.get(HOME).text == "page 2"
    assert len(first.result()) == 1
    assert kitchen.made == [1, 2]


@pytest.mark.parametrize("error", [None, ZeroDivisionError])
def test_nobody_is_remembered_who_is_out_again(error):
    own = Turns()
    try:
        with own.take("a"), own.take("b"):
            assert set(own._making) == {"a", "b"}
            if error:
                raise error
    except ZeroDivisionError:
        pass

    assert own._making == {}
