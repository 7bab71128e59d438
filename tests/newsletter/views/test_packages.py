"""Taking the archive package of a send, in the admin."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from crm.models import Job
from newsletter.packaging import keeping
from tests.factories import make_campaign, make_contact
from tests.newsletter.browsing import log_in, read_messages
from tests.newsletter.delivery.scenes import make_frozen_campaign

pytestmark = pytest.mark.django_db


def address(campaign) -> str:
    return f"/admin/sends/{campaign.pk}/package/"


def read_names(response) -> list[str]:
    content = b"".join(response.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


def test_package_is_refused_to_who_may_not_see_sends():
    campaign = make_frozen_campaign(people=1)

    answer = log_in("Register keepers").post(address(campaign))

    assert answer.status_code == 302


def test_addresses_are_refused_to_who_may_not_export_them():
    campaign = make_frozen_campaign(people=1)

    answer = log_in("Auditors").post(address(campaign), {"with_people": "yes"})

    assert answer.status_code == 302


def test_package_of_what_was_not_sent_is_told():
    answer = log_in("Auditors").post(address(make_campaign()))

    assert read_messages(answer) == ["Nothing of this has been sent yet."]


def test_small_send_comes_at_once_and_is_logged():
    campaign = make_frozen_campaign(people=1)
    client = log_in("Senders")

    answer = client.post(address(campaign))

    assert "manifest.json" in read_names(answer)
    assert answer["Content-Disposition"].endswith('.zip"')
    page = client.get(f"/admin/sends/inspect/{campaign.pk}/").content.decode()
    assert "Took the archive package, without the readers" in page


@pytest.fixture
def made(monkeypatch, settings, tmp_path, django_capture_on_commit_callbacks):
    """A large send with its package, and the browser of who had it made."""
    monkeypatch.setattr(keeping, "LARGE", 0)
    monkeypatch.setattr("newsletter.views.packages.LARGE", 0)
    settings.VAR_DIR = tmp_path
    campaign = make_frozen_campaign(people=2)
    client = log_in("Auditors", "crm.export_contact")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(campaign), {"with_people": "yes"})
    return campaign, client, Job.objects.get()


def list_kept(tmp_path) -> list[str]:
    return [path.name for path in Path(tmp_path, "packages").iterdir()]


def test_large_send_is_made_by_a_worker_for_who_asked(made, tmp_path):
    campaign, client, job = made

    ready = job.result["url"]
    assert "manifest.json" in read_names(client.get(ready))
    assert log_in("Auditors", "crm.export_contact").get(ready).status_code == 302
    assert client.get(f"{address(campaign)}999/").status_code == 302
    (tmp_path / "packages" / f"{job.pk}.zip").unlink()
    assert read_messages(client.get(ready))[-1] == (
        "The package is not kept any more. Have it made again."
    )


def erase(campaign):
    campaign.deliveries.filter(pk=campaign.deliveries.first().pk).update(address="")


def answer_one(campaign):
    campaign.deliveries.update(state="accepted")


def move_a_person(campaign):
    campaign.deliveries.filter(pk=campaign.deliveries.first().pk).update(
        contact=make_contact()
    )


@pytest.mark.parametrize("change", [erase, answer_one, move_a_person])
def test_package_of_a_send_that_has_changed_is_void_and_removed(made, tmp_path, change):
    campaign, client, job = made

    change(campaign)

    assert read_messages(client.get(job.result["url"]))[-1] == (
        "The send has changed since the package was made. Have it made again."
    )
    assert list_kept(tmp_path) == []


def test_packages_are_removed_with_a_contact(
    made, tmp_path, django_capture_on_commit_callbacks
):
    campaign, _client, job = made
    keeper = log_in("Register keepers")
    person = campaign.deliveries.first().contact_id
    before = list_kept(tmp_path)

    with django_capture_on_commit_callbacks(execute=True):
        keeper.post(f"/admin/register/contacts/delete/{person}/")

    assert (before, list_kept(tmp_path)) == ([f"{job.pk}.zip"], [])


def test_scheduler_removes_packages_after_a_day(made, tmp_path):
    os.utime(next((tmp_path / "packages").iterdir()), (0, 0))

    keeping.sweep_packages()

    assert list_kept(tmp_path) == []
