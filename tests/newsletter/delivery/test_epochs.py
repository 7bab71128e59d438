"""A restored or copied database stops all sends; hosts that share one do not (I13)."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.choices import CampaignState, Trouble
from newsletter.delivery import epochs
from newsletter.delivery.campaigns import resume_campaign
from newsletter.delivery.epochs import enter_epoch
from newsletter.models import Campaign, Epoch
from tests.factories import make_campaign

LONG = timedelta(hours=1)


@pytest.fixture
def use_host(settings, tmp_path, monkeypatch):
    """Return a function that makes this process run on a host of that name."""

    def use(name, *, machine=None):
        settings.NEWSLETTER_JOURNAL_DIR = tmp_path / name
        machine_id = tmp_path / f"{name}.machine-id"
        machine_id.write_text(f"{machine or name}\n")
        monkeypatch.setattr(epochs, "MACHINE_ID", machine_id)
        return tmp_path / name / epochs.FILE_NAME

    return use


@pytest.fixture
def remembered(db, use_host):
    """Return the file of a host that has sent for a while."""
    file = use_host("first")
    for _time in range(5):
        enter_epoch()
    return file


def read_states():
    return {c.state: c.trouble for c in Campaign.objects.all()}


@pytest.mark.database
def test_enter_restored_database_stops_every_send_and_says_why(remembered):
    for state in CampaignState.values:
        make_campaign(state=state, send_at=timezone.now())
    Epoch.objects.update(number=3)

    enter_epoch()

    states = [
        (c.state, c.trouble, c.send_at is None) for c in Campaign.objects.order_by("pk")
    ]
    assert states == [
        (CampaignState.DRAFT, "", False),
        # What was scheduled is a draft again, for a person to send.
        (CampaignState.DRAFT, Trouble.RESTORED, True),
        (CampaignState.PAUSED, Trouble.RESTORED, False),
        (CampaignState.PAUSED, Trouble.RESTORED, False),
        (CampaignState.PAUSED, Trouble.RESTORED, False),
        (CampaignState.FINISHED, "", False),
        (CampaignState.CANCELLED, "", False),
    ]


def test_enter_after_resuming_knowingly_stops_nothing_again(remembered):
    campaign = make_campaign(state=CampaignState.SENDING)
    Epoch.objects.update(number=3)
    enter_epoch()

    resume_campaign(campaign)
    enter_epoch()

    assert read_states() == {CampaignState.SENDING: ""}


def test_resume_send_that_was_held_begins_then(remembered):
    campaign = make_campaign(state=CampaignState.HELD, held_until=timezone.now())
    Epoch.objects.update(number=3)
    enter_epoch()

    resume_campaign(campaign)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING
    assert campaign.started_at is not None
    assert campaign.held_until is None


def test_enter_restored_second_host_stops_nothing_again(remembered, use_host):
    use_host("second")
    enter_epoch()
    campaign = make_campaign(state=CampaignState.SENDING)
    Epoch.objects.update(number=3)
    enter_epoch()
    resume_campaign(campaign)

    use_host("first")
    enter_epoch()

    assert read_states() == {CampaignState.SENDING: ""}


def test_enter_restored_twice_is_noticed_twice(remembered):
    campaign = make_campaign(state=CampaignState.SENDING)
    Epoch.objects.update(number=3)
    enter_epoch()
    resume_campaign(campaign)

    Epoch.objects.update(number=3)
    enter_epoch()

    assert read_states() == {CampaignState.PAUSED: Trouble.RESTORED}


def test_enter_on_copied_server_stops_every_send(remembered, use_host):
    make_campaign(state=CampaignState.SENDING)

    use_host("first", machine="copy")
    enter_epoch()

    assert read_states() == {CampaignState.PAUSED: Trouble.RESTORED}


def test_enter_on_machine_without_a_name_stops_nothing(remembered, use_host):
    make_campaign(state=CampaignState.SENDING)

    use_host("first", machine=" ")
    enter_epoch()

    assert read_states() == {CampaignState.SENDING: ""}


def test_enter_on_new_server_with_old_backup_stops_every_send(remembered, use_host):
    make_campaign(state=CampaignState.SENDING)
    Epoch.objects.update(counted_at=timezone.now() - LONG)

    use_host("new")
    enter_epoch()

    assert read_states() == {CampaignState.PAUSED: Trouble.RESTORED}


def test_enter_torn_file_is_as_no_file(remembered):
    make_campaign(state=CampaignState.SENDING)
    remembered.write_text('{"number": ')

    enter_epoch()

    assert read_states() == {CampaignState.SENDING: ""}
    assert json.loads(remembered.read_text())["number"] == 6


@pytest.mark.database
def test_enter_fresh_installation_stops_nothing(db, use_host):
    make_campaign(state=CampaignState.SCHEDULED)

    use_host("first")
    enter_epoch()

    assert read_states() == {CampaignState.SCHEDULED: ""}
    assert Epoch.objects.get().number == 1


@pytest.mark.database
def test_enter_from_several_hosts_in_turn_stops_nothing(remembered, use_host):
    make_campaign(state=CampaignState.SENDING)

    for name in ("second", "first", "third", "second", "first"):
        use_host(name)
        enter_epoch()

    assert read_states() == {CampaignState.SENDING: ""}
    assert Epoch.objects.get().number == 10


def test_enter_idle_host_after_a_long_pause_stops_nothing(remembered):
    make_campaign(state=CampaignState.SENDING)
    Epoch.objects.update(counted_at=timezone.now() - LONG)

    enter_epoch()

    assert read_states() == {CampaignState.SENDING: ""}


def test_enter_leaves_one_small_file(remembered):
    assert [path.name for path in remembered.parent.iterdir()] == ["epoch.json"]
    assert json.loads(remembered.read_text()) == {"number": 5, "machine": "first"}
