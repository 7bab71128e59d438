"""Taking the archive package of a send, in the admin."""

import io
import zipfile

import pytest

from crm.models import Job
from newsletter.packaging import keeping
from tests.factories import make_campaign
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


def test_large_send_is_made_by_a_worker_for_who_asked(
    monkeypatch, settings, tmp_path, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(keeping, "LARGE", 0)
    monkeypatch.setattr("newsletter.views.packages.LARGE", 0)
    settings.VAR_DIR = tmp_path
    campaign = make_frozen_campaign(people=1)
    client = log_in("Auditors")

    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(campaign))

    job = Job.objects.get()
    ready = job.result["url"]
    assert "manifest.json" in read_names(client.get(ready))
    assert log_in("Auditors").get(ready).status_code == 302
    assert client.get(f"{address(campaign)}999/").status_code == 302
    (tmp_path / "packages" / f"{job.pk}.zip").unlink()
    assert read_messages(client.get(ready))[-1] == (
        "The package has been removed after a day. Have it made again."
    )
