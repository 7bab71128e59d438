"""What stands before Django: who gets a kept answer, and who never does."""

from importlib import import_module

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from home.caching import generation
from home.caching.answers import keep_answer
from home.caching.front import PageFront, put_in_front
from newsletter.choices import Visibility
from newsletter.models import PageVisits
from tests.factories import make_contact, make_news_page, make_seat, make_site
from tests.home.caching.reader import Reader
from tests.home.caching.scene import ARCHIVE, HOME, MAP, make_scene

pytestmark = pytest.mark.database


@pytest.fixture
def site(reader):
    return make_site()


def log_in(**session) -> str:
    """Return the cookie of a session with that in it."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update(session)
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def count_visits() -> dict[str, int]:
    row = PageVisits.objects.filter(on=timezone.localdate()).first()
    return {"people": row.people, "machines": row.machines} if row else {}


def test_first_answer_is_kept_and_the_second_is_the_same(reader, site):
    first, second = reader.get(HOME), reader.get(HOME)

    assert first.headers["cache-status"] == "Rundbrev; fwd=miss; stored"
    assert second.is_hit
    assert second.body == first.body
    assert {**second.headers, "cache-status": ""} == {
        **first.headers,
        "cache-status": "",
    }


def test_kept_answer_says_what_middleware_said_and_how_to_ask_again(reader, site):
    anew = Reader(is_cached=False).get(HOME)
    reader.get(HOME)

    kept = reader.get(HOME)

    assert anew.headers.items() <= {
        **kept.headers,
        "vary": anew.headers.get("vary"),
    }.items() | {("vary", None)}
    assert kept.headers["cache-control"] == "max-age=0, must-revalidate"
    assert kept.headers["vary"] == "Cookie, Accept-Language"
    assert "'unsafe-inline'" not in kept.headers["content-security-policy"]


def test_hit_asks_the_database_for_the_number_alone(reader, site):
    reader.get(HOME)
    reader.get(HOME)

    # The number is asked for past Django's cursors.
    with CaptureQueriesContext(connection) as queries:
        assert reader.get(HOME).is_hit

    assert queries.captured_queries == []


def test_browser_that_has_the_page_is_told_so(reader, site):
    etag = reader.get(HOME).headers["etag"]

    for asked in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        reply = reader.get(HOME, HTTP_IF_NONE_MATCH=asked)
        assert (reply.status, reply.body) == (304, b"")
        assert reply.headers["etag"] == etag
    assert reader.get(HOME, HTTP_IF_NONE_MATCH='"other"').status == 200
    make_news_page()
    assert reader.get(HOME, HTTP_IF_NONE_MATCH=etag).status == 200


def test_head_is_answered_from_what_get_was_answered(reader, site):
    assert not reader.get(HOME, "HEAD").is_hit
    assert not reader.get(HOME).is_hit

    head = reader.get(HOME, "HEAD")

    assert head.is_hit
    assert head.body == b""
    assert int(head.headers["content-length"]) == len(reader.get(HOME).body)


def test_post_is_never_answered_from_it(reader, site):
    reader.get(HOME)

    assert "cache-status" not in reader.get(HOME, "POST").headers


@pytest.mark.parametrize("path", ["/sv/nothing/", "/", "/admin/", "/healthz"])
def test_other_answers_than_pages_are_not_kept(reader, site, path):
    reader.get(path)

    assert "cache-status" not in reader.get(path).headers


def test_languages_never_mix(reader):
    make_scene()
    for path, language in ((ARCHIVE, "sv"), ("/en/nyheter/", "en")):
        for _time in range(2):
            reply = reader.get(path, HTTP_ACCEPT_LANGUAGE="de,en;q=0.5")
            assert f'<html lang="{language}">' in reply.text
            assert reply.headers["content-language"] == language


@pytest.mark.parametrize("languages", [("sv", "en"), ("en", "sv")])
def test_addresses_without_a_language_are_kept_for_each(reader, site, languages):
    for _time in range(2):
        for language in languages:
            reply = reader.get(MAP, HTTP_ACCEPT_LANGUAGE=language)
            assert reply.headers["content-language"] == language
    assert reply.is_hit


def test_what_is_for_partners_reaches_nobody_else(reader, site):
    seat = make_seat(holder=make_contact())
    cookie = log_in(partner=seat.affiliations.get().contact_id)
    item = make_news_page(title="Bara för er", visibility=Visibility.PARTNERS)

    for _time in range(2):
        for path in (HOME, ARCHIVE, item.url):
            theirs = reader.get(path, HTTP_COOKIE=cookie)
            assert "Bara för er" in theirs.text
            assert "cache-status" not in theirs.headers
            anybody = reader.get(path)
            assert "Bara för er" not in anybody.text
            assert anybody.status == (302 if path == item.url else 200)


def test_page_behind_a_password_is_not_kept(reader, site):
    item = make_news_page(title="Hemligt")
    PageViewRestriction.objects.create(
        page=item, restriction_type=PageViewRestriction.PASSWORD, password="x"
    )

    for _time in range(2):
        reply = reader.get(item.url)
        assert "Hemligt</h1>" not in reply.text
        assert "cache-status" not in reply.headers


def test_visits_are_counted_on_hits_as_on_misses(reader, site):
    item = make_news_page()

    for number in range(1, 4):
        assert reader.get(item.url).is_hit == (number > 1)
        assert count_visits() == {"people": number, "machines": 0}
    reader.get(item.url, HTTP_USER_AGENT="curl/8")
    reader.get(item.url, "HEAD")
    reader.get(item.url, HTTP_SEC_PURPOSE="prefetch")
    assert count_visits() == {"people": 3, "machines": 3}
    # Who works here is not counted.
    reader.get(item.url, HTTP_COOKIE=log_in())
    assert reader.get(item.url).is_hit


def test_draft_saved_leaves_kept_pages_alone(reader, site):
    item = make_news_page()
    reader.get(HOME)

    item.title = "Ett utkast"
    item.save_revision(changed=True)

    assert reader.get(HOME).is_hit


def test_other_hosts_have_pages_of_their_own(reader, site):
    reader.get(HOME)

    assert not reader.get(HOME, HTTP_HOST="127.0.0.1").is_hit
    assert reader.get(HOME, HTTP_HOST="evil.example").status == 400
    assert reader.get(HOME, HTTP_HOST="evil.example").status == 400


def test_site_answers_while_the_cache_cannot_tell(reader, site, monkeypatch):
    reader.get(HOME)
    monkeypatch.setattr(generation, "READ", "SELECT number FROM nothing")

    reply = reader.get(HOME)

    assert (reply.status, reply.headers.get("cache-status")) == (200, None)


def test_switched_off_it_is_not_there(settings):
    settings.PAGE_CACHE_SECONDS = 0
    assert put_in_front(len) is len

    settings.PAGE_CACHE_SECONDS = 60
    assert put_in_front(len).seconds == 60


def ask_for(response: HttpResponse, reader: Reader):
    """Put the reader's page cache before a view that answers so; return its requests."""
    asked = []

    @keep_answer
    def view(request):
        asked.append(request)
        return response

    def application(environ, start_response):
        view(environ)
        cookies = [("Set-Cookie", c.OutputString()) for c in response.cookies.values()]
        start_response("200 OK", [*response.items(), *cookies])
        return response

    reader.application = PageFront(application, 600)
    return asked


def with_header(name: str, value: str) -> HttpResponse:
    return HttpResponse("x", headers={name: value})


def with_cookie() -> HttpResponse:
    response = HttpResponse("x")
    response.set_cookie("seen", "yes")
    return response


@pytest.mark.parametrize(
    "response",
    [
        with_cookie(),
        with_header("Cache-Control", "private"),
        with_header("Cache-Control", "max-age=60, no-store"),
        with_header("Cache-Control", "no-cache"),
        with_header("Vary", "Cookie"),
        with_header("Vary", "Accept-Language, Cookie"),
        with_header("Vary", "*"),
        with_header("Content-Security-Policy", "script-src 'nonce-abc'"),
        StreamingHttpResponse(["x"]),
    ],
)
def test_answer_for_one_reader_is_not_kept(response, reader):
    asked = ask_for(response, reader)

    for _time in range(2):
        assert "cache-status" not in reader.get("/sv/").headers
    assert len(asked) == 2


def test_answer_keeps_what_it_says_of_its_age(reader):
    asked = ask_for(with_header("Cache-Control", "public, max-age=9"), reader)

    for _time in range(2):
        assert reader.get("/sv/").headers["cache-control"] == "public, max-age=9"
    assert len(asked) == 1


def test_form_with_a_token_says_that_it_depends_on_a_cookie(rf):
    # What keeps such answers out: the middleware sets the cookie and says so in Vary.
    request = rf.get("/")
    get_token(request)

    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]


def test_pages_are_kept_apart_from_what_limits_count(site, reader):
    reader.get(HOME)

    assert caches["pages"]._cache is not caches["default"]._cache
