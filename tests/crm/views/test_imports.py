"""The list of imports, one import's page, and taking it back on the screen."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crm.choices import ImportState, JobState
from crm.models import Contact, ImportBatch, Job
from tests.crm.imports.runs import run
from tests.crm.views.importing import latest, look_at, url
from tests.crm.viewsets.browser import log_in, texts_in
from tests.factories import make_contact, make_purpose, make_user

pytestmark = pytest.mark.django_db
KEEPER = ("wagtailadmin.access_admin", "crm.add_contact", "crm.change_contact")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def keeper():
    return log_in(*KEEPER)


def test_list_without_imports_says_what_will_stand_there(keeper):
    answer = keeper.get(reverse("crm_imports"))

    assert texts_in(answer, ".crm-import a.button") == ["Import contacts"]


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_queries_for_one_and_three(
    keeper, count, django_assert_num_queries
):
    for number in range(count):
        run(f"E-post\np{number}@b.example\n", user=make_user())
    keeper.get(reverse("crm_imports"))

    with django_assert_num_queries(12):
        answer = keeper.get(reverse("crm_imports"))

    assert len(texts_in(answer, "tbody tr")) == count


def test_list_names_ones_own_files_that_wait_and_nobody_elses(keeper):
    look_at(keeper, make_purpose(), name="mine.csv")
    look_at(log_in(*KEEPER), make_purpose(), name="theirs.csv")

    answer = keeper.get(reverse("crm_imports"))

    assert texts_in(answer, ".help-info a") == ["mine.csv"]


def test_page_of_an_import_says_who_when_why_and_until_when(keeper):
    purpose = make_purpose(name_en="The newsletter")
    run("E-post\na@b.example\n", user=make_user(username="kim"), purpose=purpose)

    answer = keeper.get(url("batch", latest()))

    assert texts_in(answer, ".crm-import__facts dd")[0] == "kim"
    assert "The newsletter (public task)" in answer.content.decode()
    assert "It can be undone until " in answer.content.decode()
    assert "Undo this import" in answer.content.decode()


def test_undo_shows_what_it_will_do_and_then_does_it(
    keeper, django_capture_on_commit_callbacks
):
    make_contact(email="a@b.example", given_name="Ada", family_name="Ek")
    bo = make_contact(email="b@b.example", given_name="Bo", family_name="Ek")
    run("E-post;Förnamn\na@b.example;Anna\nb@b.example;Bob\nc@b.example;Cia\n")
    Contact.objects.filter(pk=bo.pk).update(phone="2")

    shown = keeper.get(url("undo", latest()))
    with django_capture_on_commit_callbacks(execute=True):
        answer = keeper.post(url("undo", latest()))
    done = keeper.get(answer.headers["Location"], follow=True)

    assert texts_in(shown, ".crm-import__sums dd") == ["1", "1", "1"]
    assert texts_in(shown, "tbody tr") == [
        "Bob EkContact Changed since: telephone. – 3"
    ]
    assert done.redirect_chain == [(url("batch", latest()), 302)]
    assert texts_in(done, "tbody tr") == texts_in(shown, "tbody tr")
    assert latest().state == ImportState.UNDONE
    assert sorted(Contact.objects.values_list("given_name", flat=True)) == [
        "Ada",
        "Bob",
    ]


def test_undo_of_very_many_rows_is_looked_at_by_a_worker_that_changes_nothing(
    keeper, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr("crm.views.imports.LOOKED_AT", 1)
    bo = make_contact(email="b@b.example", given_name="Bo", family_name="Ek")
    run("E-post;Förnamn\nb@b.example;Bob\nc@b.example;Cia\n")
    Contact.objects.filter(pk=bo.pk).update(phone="2")

    first = keeper.get(url("undo", latest()))
    with django_capture_on_commit_callbacks(execute=True):
        answer = keeper.post(url("undo", latest()), {"look": "1"})
    shown = keeper.get(answer.headers["Location"], follow=True)

    assert texts_in(first, "form .button") == [
        "Undo this import",
        "See first what it would do",
        "Leave it as it is",
    ]
    assert shown.redirect_chain == [(url("undo", latest()), 302)]
    assert texts_in(shown, ".crm-import__sums dd") == ["0", "1", "1"]
    assert texts_in(shown, "tbody tr") == [
        "Bob EkContact Changed since: telephone. – 2"
    ]
    assert latest().state == ImportState.APPLIED
    assert Contact.objects.count() == 2


def test_undo_twice_does_it_once(keeper, django_capture_on_commit_callbacks):
    run("E-post\na@b.example\n")
    with django_capture_on_commit_callbacks(execute=True):
        keeper.post(url("undo", latest()))

    again = keeper.post(url("undo", latest()), follow=True)

    assert "is being undone already, or has been." in again.content.decode()
    assert Job.objects.count() == 1


def test_undo_after_ninety_days_is_not_offered(keeper):
    run("E-post\na@b.example\n")
    ImportBatch.objects.update(applied_at=timezone.now() - timedelta(days=91))

    page = keeper.get(url("batch", latest())).content.decode()

    assert "It can no longer be undone" in page
    assert keeper.get(url("undo", latest())).headers["Location"] == url(
        "batch", latest()
    )


def test_import_whose_process_died_can_be_taken_back(
    keeper, django_capture_on_commit_callbacks
):
    run("E-post\na@b.example\n")
    dead = Job.objects.create(kind="crm.import", state=JobState.FAILED)
    ImportBatch.objects.update(
        state=ImportState.APPLYING, applied_at=None, options={"job": dead.pk}
    )

    page = keeper.get(url("batch", latest())).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        keeper.post(url("undo", latest()))

    assert "The work was interrupted" in page
    assert (Contact.objects.count(), latest().state) == (0, ImportState.UNDONE)


def test_import_at_work_shows_the_way_to_its_progress(keeper):
    job = Job.objects.create(kind="crm.import", state=JobState.RUNNING)
    batch = ImportBatch.objects.create(
        file_name="a.csv", state=ImportState.APPLYING, options={"job": job.pk}
    )

    answer = keeper.get(url("batch", batch))

    assert "Show how far it has come" in answer.content.decode()
    assert keeper.get(url("undo", batch)).status_code == 302
