"""Logging in and reading pages, for the tests of the register's screens."""

from bs4 import BeautifulSoup
from django.test import Client
from wagtail.users.models import UserProfile

from tests.factories import make_user


def log_in(*grants: str) -> Client:
    """Return a browser of somebody with these roles, whose admin is in English."""
    user = make_user(*grants)
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "en"
    profile.save()
    client = Client()
    client.force_login(user)
    return client


def names_in(answer) -> list[str]:
    """Return the first column of a listing."""
    return texts_in(answer, "table.listing tbody td.title .title-wrapper a")


def texts_in(answer, selector: str) -> list[str]:
    """Return the text of everything that a CSS selector finds, as one line each."""
    soup = BeautifulSoup(answer.content, "html.parser")
    return [" ".join(found.get_text().split()) for found in soup.select(selector)]
