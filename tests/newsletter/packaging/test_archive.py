"""newsletter/packaging: what is in an archive package, and whether it can be trusted."""

import csv
import io
import json
import zipfile
from email import message_from_bytes

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.log_actions import log

from crm.choices import SuppressionReason
from crm.consent import suppress
from newsletter.choices import DeliveryState
from newsletter.delivery.approvers import set_up_approval
from newsletter.delivery.approving import approve
from newsletter.delivery.campaigns import send_campaign
from newsletter.log_actions import LOG_ACTIONS
from newsletter.packaging.archive import stream_package
from newsletter.packaging.parts import name_variant
from newsletter.packaging.tables import act_rows
from newsletter.packaging.verifying import verify_package
from tests.factories import make_contact, make_newsletter, make_segment, make_user
from tests.newsletter.delivery.scenes import make_draft, make_frozen_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def make_sent(*, people=3):
    """Make a send with two variants, an approval, and somebody left out."""
    inside = [make_contact() for _n in range(people)]
    stopped = make_contact()
    suppress(stopped.email, SuppressionReason.COMPLAINT)
    segment = make_segment(added=inside[:1])
    draft = make_draft(
        [*inside, stopped],
        newsletter=make_newsletter(needs_approval=True),
        body=[
            ("lead", {"text": "Hej [[given_name|kollega]]."}),
            ("lead", {"text": "Till partner.", "only_for": segment.pk}),
        ],
    )
    set_up_approval()
    approve(draft, user=make_user(role="Approvers"), comment="=1+1")
    campaign = send_campaign(draft, user=make_user(), now=timezone.now())
    campaign.deliveries.update(state=DeliveryState.ACCEPTED)
    return campaign


def pack(campaign, *, with_people=True) -> bytes:
    return b"".join(stream_package(campaign, with_people=with_people))


def read(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def repack(package: bytes, **changed: bytes | None) -> bytes:
    """Return the package with files replaced, or left out where None."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in {**read(package), **changed}.items():
            if content is not None:
                archive.writestr(name, content)
    return data.getvalue()


@pytest.fixture
def keep(tmp_path):
    def write(package: bytes):
        path = tmp_path / "package.zip"
        path.write_bytes(package)
        return path

    return write


def test_verify_something_else_is_refused(keep):
    with pytest.raises(ValueError, match="no archive package"):
        verify_package(keep(b"PK nothing"))
    with pytest.raises(CommandError, match="no archive package"):
        call_command("verify_package", str(keep(b"")))


def test_verify_names_whatever_was_touched(keep, capsys):
    package = pack(make_sent())
    letter = f"{name_variant('sv', 0)}/frozen.html"
    forged = repack(
        package,
        **{letter: b"<p>Other</p>", "log.csv": None, "extra.txt": b"x"},
    )

    number, wrong = verify_package(keep(forged))

    assert wrong == [
        "log.csv: missing",
        "extra.txt: not in the manifest",
        f"{letter}: changed",
    ]
    with pytest.raises(CommandError, match=f"3 of {number} files"):
        call_command("verify_package", str(keep(forged)))


def test_verify_a_forged_manifest_still_has_to_match_the_letters(keep):
    package = pack(make_sent())
    manifest = json.loads(read(package)["manifest.json"])
    manifest["content_hash"] = "0" * 64
    forged = repack(package, **{"manifest.json": json.dumps(manifest).encode()})

    assert verify_package(keep(forged))[1] == ["the send: not the frozen content"]


def test_package_is_whole_and_the_same_each_time(keep):
    campaign = make_sent()

    with translation.override("en"):
        package = pack(campaign)
    with translation.override("sv"):
        again = pack(campaign)

    assert package == again
    path = keep(package)
    assert verify_package(path) == (24, [])
    call_command("verify_package", str(path))
    names = list(read(package))
    assert names == [*sorted(names[:-1]), "manifest.json"]
    files = json.loads(read(package)["manifest.json"])["files"]
    assert sorted(files) == names[:-1]


def test_package_letters_are_what_was_sent_to_nobody_in_particular():
    campaign = make_sent()
    variant = campaign.variants.get(shown=1)

    files = read(pack(campaign))

    folder = name_variant("sv", 1)
    assert files[f"{folder}/frozen.html"].decode() == variant.html
    message = message_from_bytes(files[f"{folder}/letter.eml"])
    assert (message["To"], message["DKIM-Signature"]) == ("reader@example.org", None)
    text = files[f"{folder}/letter.txt"].decode()
    assert "Hej kollega." in text
    assert "Till partner." in text


def test_package_tables_say_who_got_what():
    campaign = make_sent()
    addresses = list(campaign.deliveries.order_by("pk").values_list("address"))

    files = read(pack(campaign))

    recipients = read_csv(files["recipients.csv"])[1:]
    assert [(row[-1],) for row in recipients] == addresses
    left_out = read_csv(files["left-out.csv"])[1:]
    assert [row[1] for row in left_out] == [
        row.contact.email for row in campaign.left_out.all()
    ]
    (approval,) = read_csv(files["approvals.csv"])[1:]
    assert approval[3] == campaign.approvals.get().content_hash
    assert approval[5] == "'=1+1"
    facts = json.loads(files["send.json"])
    assert facts["deliveries"]["accepted"] == facts["frozen_count"] == 3
    assert facts["left_out"] == 1


def test_package_without_the_right_has_no_address_in_any_file():
    campaign = make_sent()
    addresses = [
        *campaign.deliveries.values_list("address", flat=True),
        *(row.contact.email for row in campaign.left_out.all()),
    ]
    hand_picked = campaign.frozen_rules["segments"].values()
    assert any(segment["added"] for segment in hand_picked)

    files = read(pack(campaign, with_people=False))

    everything = b"\n".join(files.values()).decode()
    assert [address for address in addresses if address in everything] == []
    rules = json.loads(files["rules.json"])["segments"].values()
    assert all(isinstance(segment["added"], int) for segment in rules)
    assert len(read_csv(files["recipients.csv"])) == 4


def test_package_after_erasure_shows_blanks_and_the_same_counts(keep):
    campaign = make_sent()
    campaign.deliveries.update(address="", contact=None)

    package = pack(campaign)

    rows = read_csv(read(package)["recipients.csv"])[1:]
    assert [row[-1] for row in rows] == ["", "", ""]
    assert verify_package(keep(package))[1] == []


def test_package_query_count_does_not_grow_with_people():
    counts = []
    for people in (1, 4):
        campaign = make_frozen_campaign(people=people)
        with CaptureQueriesContext(connection) as captured:
            pack(campaign)
        counts.append(len(captured))

    assert counts[0] == counts[1]


@pytest.mark.audit
def test_package_of_20000_takes_no_more_memory_than_one_of_2000():
    import tracemalloc  # noqa: PLC0415 -- for this one measure

    peaks = []
    for people in (2_000, 20_000):
        campaign = make_frozen_campaign(people=1)
        (row,) = campaign.deliveries.values()
        copies = [
            type(campaign.deliveries.get())(
                **{
                    **row,
                    "id": None,
                    "contact_id": None,
                    "address": f"reader{number}@example.org",
                    "address_hash": f"{campaign.pk:08x}{number:024x}",
                }
            )
            for number in range(people)
        ]
        campaign.deliveries.bulk_create(copies, batch_size=1000)
        del copies
        tracemalloc.start()
        for _chunk in stream_package(campaign, with_people=True):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 2_000_000


def test_package_tells_every_act_whatever_was_done():
    campaign = make_frozen_campaign(people=1)
    for action in LOG_ACTIONS:
        log(campaign.page, action, data={"campaign": campaign.pk})

    rows = list(act_rows(campaign))[1:]

    assert len(rows) == len(LOG_ACTIONS)
    assert all(type(cell) is str and cell for row in rows for cell in row[::2])
