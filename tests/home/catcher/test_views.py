import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from home.catcher.store import list_keys, read_mail, store_mail

pytestmark = pytest.mark.django_db

PAGES = ["mail", "text", "source", "frame", "download"]


def store(content, recipients=("asa@malmo.example",)):
    return store_mail(
        content, mail_from="bounces@network.example", recipients=list(recipients)
    )


def get(client, page, *args):
    return client.get(reverse(f"catcher_{page}", args=args))


def read_page(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("key", ["gone", "..", "..%2f..%2fsecret", "%2e%2e"])
def test_pages_key_of_no_mail_are_not_found(client, page, key):
    store(b"Subject: Hej\r\n\r\nHej\r\n")

    # The locale middleware tries the address once more with a language in front.
    response = client.get(reverse(f"catcher_{page}", args=[key]), follow=True)

    assert response.status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_pages_refuse_to_be_posted_to(client, letter, page):
    key = store(letter.as_bytes())

    assert client.post(reverse(f"catcher_{page}", args=[key])).status_code == 405


def test_pages_by_get_change_nothing(client, letter, catcher_dir):
    key = store(letter.as_bytes())
    before = sorted(path.name for path in catcher_dir.rglob("*"))

    client.get(reverse("catcher"))
    for page in PAGES:
        get(client, page, key)
    response = client.get(reverse("catcher_empty"))

    assert response.status_code == 405
    assert sorted(path.name for path in catcher_dir.rglob("*")) == before


def test_empty_without_token_is_refused(letter):
    store(letter.as_bytes())

    response = Client(enforce_csrf_checks=True).post(reverse("catcher_empty"))

    assert response.status_code == 403
    assert len(list_keys()) == 1


def test_empty_by_post_deletes_all_and_shows_the_list(client, letter):
    store(letter.as_bytes())

    response = client.post(reverse("catcher_empty"))

    assert (response.status_code, response.url) == (302, reverse("catcher"))
    assert list_keys() == []


def test_list_before_anything_came_says_what_to_do(client):
    page = read_page(client.get(reverse("catcher")))

    assert page.find("table") is None
    assert page.find("button") is None
    assert page.find(class_="lead") is not None


def test_list_shows_newest_first_with_envelope(client, letter):
    store(b"\r\nno subject", recipients=["a@x.example", "b@x.example"])
    store(letter.as_bytes())

    page = read_page(client.get(reverse("catcher")))

    rows = page.select("tbody tr")
    assert [row.td.text for row in rows] == [
        "asa@malmo.example",
        "a@x.example, b@x.example",
    ]
    assert rows[0].a.text == "Träningsveckan i Malmö"
    assert rows[0].a["href"] == reverse("catcher_mail", args=[list_keys()[0]])


def test_list_of_more_than_a_page_has_a_second(client):
    for number in range(51):
        store(b"Subject: Nr %d\r\n\r\n" % number)

    first = read_page(client.get(reverse("catcher")))
    second = read_page(client.get(reverse("catcher"), {"page": 2}))

    assert len(first.select("tbody tr")) == 50
    assert [a.text for a in second.select("tbody a")] == ["Nr 0"]


def test_list_hostile_subject_is_only_text(client):
    store(b"Subject: <script>alert(1)</script>\r\n\r\nHej\r\n")

    page = read_page(client.get(reverse("catcher")))

    assert page.select("tbody script") == []
    assert page.select_one("tbody a").text == "<script>alert(1)</script>"


def test_mail_with_html_is_framed_without_rights(client, letter):
    key = store(letter.as_bytes())

    frame = read_page(get(client, "mail", key)).iframe

    assert frame["src"] == reverse("catcher_frame", args=[key])
    assert frame["sandbox"] == ["allow-popups", "allow-popups-to-escape-sandbox"]


def test_mail_without_html_shows_the_text(client):
    key = store(b"Subject: Hej\r\n\r\n<b>Hej</b> https://network.example/nyhet\r\n")

    page = read_page(get(client, "mail", key))

    assert page.iframe is None
    assert page.pre.text == "<b>Hej</b> https://network.example/nyhet\n"
    assert page.pre.b is None
    assert page.pre.a["href"] == "https://network.example/nyhet"


def test_text_of_mail_without_one_says_so(client):
    key = store(b"Content-Type: text/html\r\n\r\n<p>Hej\r\n")

    page = read_page(get(client, "text", key))

    assert page.pre is None


def test_frame_of_hostile_mail_may_run_and_fetch_nothing(client):
    html = b"<script>alert(1)</script><img src=https://spy.example/p.gif>"
    key = store(b"Content-Type: text/html\r\n\r\n" + html)

    response = get(client, "frame", key)

    assert response.content == html
    policy = dict(
        rule.partition(" ")[::2]
        for rule in response["Content-Security-Policy"].split("; ")
    )
    assert policy == {
        "default-src": "'none'",
        "img-src": "'self' data:",
        "style-src": "'unsafe-inline'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-popups allow-popups-to-escape-sandbox",
    }
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_frame_of_mail_without_html_is_not_found(client):
    key = store(b"Subject: Hej\r\n\r\nHej\r\n")

    response = client.get(reverse("catcher_frame", args=[key]), follow=True)

    assert response.status_code == 404


def test_source_shows_the_mail_as_it_came(client, letter):
    key = store(letter.as_bytes())

    page = read_page(get(client, "source", key))

    assert page.pre.text == letter.as_bytes().decode()


def test_source_of_5_mb_is_cut_and_says_so(client):
    key = store(b"Subject: Stor\r\n\r\n" + b"x" * 5_000_000)

    response = get(client, "source", key)

    assert len(response.content) < 250_000
    assert read_page(response).select_one("p.meta").text == (
        "Detta är bara början. Den nedladdade filen innehåller allt."
    )


def test_download_is_the_whole_mail(client, letter):
    key = store(letter.as_bytes())

    response = get(client, "download", key)

    assert response.content == read_mail(key).content
    assert response["Content-Type"] == "message/rfc822"
    assert response["Content-Disposition"] == 'attachment; filename="message.eml"'
