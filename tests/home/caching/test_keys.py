import pytest
import time_machine

from home.caching.keys import LONGEST_ADDRESS, make_key

BASE = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/sv/nyheter/",
    "QUERY_STRING": "",
    "HTTP_HOST": "localhost",
    "wsgi.url_scheme": "https",
}


def key(**changed: str) -> str | None:
    return make_key({**BASE, **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {"REQUEST_METHOD": "POST"},
        {"HTTP_COOKIE": "sessionid=abc"},
        {"HTTP_COOKIE": "a=b; sessionid=abc"},
        {"HTTP_COOKIE": "django_language=en"},
        {"HTTP_COOKIE": "messages=x"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_RANGE": "bytes=0-1"},
        {"HTTP_HOST": ""},
        {"PATH_INFO": "/"},
        {"PATH_INFO": "/admin/"},
        {"PATH_INFO": "/u/token/"},
        {"PATH_INFO": "/choices/token/"},
        {"PATH_INFO": "/catcher/"},
        {"PATH_INFO": "/de/nyheter/"},
        {"PATH_INFO": "/svenska/"},
        {"PATH_INFO": "/healthz"},
        {"QUERY_STRING": "q=" + "x" * LONGEST_ADDRESS},
    ],
)
def test_request_with_an_answer_of_its_own_has_no_key(changed):
    assert key(**changed) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"PATH_INFO": "/en/nyheter/"},
        {"PATH_INFO": "/sv/nyheter/a/"},
        {"QUERY_STRING": "page=2"},
        {"HTTP_HOST": "example.org"},
        {"SCRIPT_NAME": "/rundbrev"},
        {"wsgi.url_scheme": "http"},
    ],
)
def test_what_decides_the_answer_decides_the_key(changed):
    assert key(**changed) not in (None, key())


def test_scheme_that_a_trusted_proxy_says_decides_the_key(settings):
    told = {"HTTP_X_FORWARDED_PROTO": "https"}
    assert key(**told) == key()

    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert key(**told) != key()


@pytest.mark.parametrize(
    "same",
    [
        {"HTTP_COOKIE": "statistics=1; theme=dark"},
        {"HTTP_ACCEPT_LANGUAGE": "en"},
        {"HTTP_USER_AGENT": "x"},
        {"REQUEST_METHOD": "HEAD"},
    ],
)
def test_what_pages_do_not_depend_on_changes_nothing(same):
    assert key(**same) == key()


def test_path_and_query_are_not_taken_for_each_other():
    one = key(PATH_INFO="/sv/a", QUERY_STRING="b")

    assert one != key(PATH_INFO="/sv/ab", QUERY_STRING="")


def test_address_without_a_language_goes_by_what_the_browser_asks_for():
    swedish = key(PATH_INFO="/sitemap.xml", HTTP_ACCEPT_LANGUAGE="sv")

    assert key(PATH_INFO="/sitemap.xml", HTTP_ACCEPT_LANGUAGE="en") != swedish
    assert key(PATH_INFO="/sitemap.xml", HTTP_ACCEPT_LANGUAGE="sv-FI") == swedish


def test_every_day_has_keys_of_its_own():
    with time_machine.travel("2026-11-22T22:59:00Z"):
        today = key()
        assert key() == today
    # Midnight in Stockholm.
    with time_machine.travel("2026-11-22T23:00:00Z"):
        assert key() != today
