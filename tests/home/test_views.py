"""Health, robots, and pages that cannot be found."""

from django.db import DatabaseError, connection
from django.template.loader import render_to_string


def test_health_without_a_database_is_503(client, db, monkeypatch):
    def refuse():
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        response = client.get("/healthz")

    assert (response.status_code, response.content) == (503, b"database")


def test_health_with_a_database_is_ok(client, db):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


def test_health_answers_to_reading_only(client, db):
    assert client.post("/healthz").status_code == 405


def test_robots_are_kept_from_admin_and_personal_links(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert lines == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /u/",
        "Disallow: /l/",
        "Disallow: /partner/",
        "Disallow: /confirm/",
        "Disallow: /choices/",
        "Disallow: /address/",
        "Disallow: /own-data/",
        "Sitemap: http://testserver/sitemap.xml",
    ]


def test_missing_page_is_a_404_in_our_hand(client, site):
    response = client.get("/sv/finns-inte/")

    assert response.status_code == 404
    assert "home/base.css" in response.content.decode()


def test_error_page_needs_neither_request_nor_database():
    page = render_to_string("500.html")

    assert '<html lang="sv">' in page
    assert page.count("<h1>") == 1
