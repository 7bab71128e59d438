"""The page that waits for long work: whose it is, what it says, where it goes on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.choices import JobState
from crm.models import Job
from tests.crm.viewsets.browser import log_in, texts_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    return log_in("wagtailadmin.access_admin")


def make_job(browser=None, **fields):
    user_id = browser.session["_auth_user_id"] if browser else None
    return Job.objects.create(kind="test", by_id=user_id, **fields)


def look(browser, job):
    return browser.get(reverse("crm_job", args=[job.pk]))


def ask(browser, job):
    return browser.get(reverse("crm_job_progress", args=[job.pk]))


@pytest.mark.parametrize("view", ["crm_job", "crm_job_progress"])
def test_job_of_somebody_else_is_refused(browser, view):
    job = Job.objects.create(kind="test", by=make_user())

    answer = browser.get(reverse(view, args=[job.pk]))

    assert answer.headers["Location"] == "/admin/"


def test_job_of_nobody_opens_for_a_superuser(admin_client):
    assert look(admin_client, make_job()).status_code == 200


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "/\\evil"])
def test_job_done_never_leads_to_another_site(browser, url):
    job = make_job(browser, state=JobState.DONE, result={"url": url})

    assert ask(browser, job).json()["url"] == ""
    assert look(browser, job).status_code == 200


def test_job_done_leads_to_its_result(browser):
    job = make_job(browser, state=JobState.DONE, result={"url": "/admin/register/"})

    assert look(browser, job).headers["Location"] == "/admin/register/"
    assert ask(browser, job).json()["url"] == "/admin/register/"


def test_job_done_without_an_address_says_its_message(browser):
    job = make_job(browser, state=JobState.DONE, result={"message": "3 changed."})

    assert texts_in(look(browser, job), ".crm-job__words") == ["3 changed."]


def test_job_failed_says_why_and_offers_the_way_back(browser):
    job = make_job(
        browser,
        state=JobState.FAILED,
        error="The file is gone.",
        parameters={"back_url": "/admin/register/contacts/"},
    )

    answer = look(browser, job)

    assert texts_in(answer, ".help-critical p") == [
        "The file is gone.",
        "Nothing more is done by itself.",
    ]
    assert texts_in(answer, ".crm-job a.button") == ["Back"]
    assert texts_in(answer, "[role=progressbar]") == []


@pytest.mark.parametrize(
    ("fields", "percent", "words"),
    [
        ({}, 0, "Waiting to begin."),
        ({"state": JobState.RUNNING}, 0, "Has begun."),
        (
            {"state": JobState.RUNNING, "done": 500, "total": 2000},
            25,
            "500 of 2000, 25 %",
        ),
    ],
)
def test_job_on_its_way_says_how_far_it_has_come(browser, fields, percent, words):
    job = make_job(browser, **fields)

    assert ask(browser, job).json() == {
        "state": job.state,
        "percent": percent,
        "words": words,
        "is_over": False,
        "url": "",
    }
    assert texts_in(look(browser, job), ".crm-job__words") == [words]


def test_job_that_nobody_begins_says_what_may_be_wrong(browser):
    job = make_job(browser)
    assert ask(browser, job).json()["words"] == "Waiting to begin."
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=2))

    assert "the register's worker does not run" in ask(browser, job).json()["words"]
