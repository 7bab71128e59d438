"""What comes back: ten times, in any order, too early, and by a real next hop (T15, T16)."""

from collections.abc import Iterator

from django.test import override_settings

from newsletter.choices import DeliveryState
from newsletter.delivery.listeners.maildir import read_maildir
from tests.factories import make_contact
from tests.faults.mailserver import running_mail_server
from tests.faults.results import scenario
from tests.faults.stage import Stage
from tests.faults.table import Result
from tests.newsletter.delivery.returning import (
    ANSWERS,
    BOUNCE_ADDRESS,
    RECORD,
    answer,
    look,
    make_scene,
    play,
)
from tests.newsletter.delivery.scenes import make_frozen_campaign
from tests.postfix import MISSING, is_there, running_postfix

HEARD = {"NEWSLETTER_BOUNCE_ADDRESS": BOUNCE_ADDRESS}


@scenario("T15")
def replay_what_is_heard(stage: Stage) -> Iterator[Result]:
    """Each report ten times, shuffled, some before the 250 they speak of is recorded."""
    runs = stage.size(20, 2)
    with override_settings(**HEARD):
        deliveries, mails, record = make_scene()
        play([RECORD, *mails], record)
        in_order = look(deliveries)
        differing = 0
        for _run in range(runs):
            shuffled, mails, record = make_scene()
            steps = [*mails * 10, RECORD]
            stage.draw.shuffle(steps)
            play(steps, record)
            differing += look(shuffled) != in_order
    yield Result(
        "T15",
        "reports ten times, shuffled, early",
        people=len(deliveries) * runs,
        figures={"runs": runs, "reports": len(mails) * 10 * runs, "unlike": differing},
        breaches=[f"{differing} runs end unlike the one in order"] if differing else [],
    )


@scenario("T16")
def go_round_by_postfix(stage: Stage) -> Iterator[Result]:
    """Product, Postfix, a last server that refuses; back by VERP into a Maildir."""
    if not is_there():
        yield Result("T16", "round trip by Postfix", skipped=MISSING)
        return
    numbers = range(stage.size(100, 2))
    names = {f"{name}{number}": name for name in ANSWERS for number in numbers}
    expected = {name: ANSWERS[stem][1] for name, stem in names.items()}
    returning = sum(1 for bounce_class in expected.values() if bounce_class)
    contacts = [make_contact(email=f"{name}@norrhamn.example") for name in names]
    campaign = make_frozen_campaign(contacts=contacts)
    with (
        override_settings(**HEARD),
        running_mail_server(answer=answer, extensions=("SMTPUTF8",)) as remote,
        running_postfix(
            routes={"norrhamn.example": remote.port}, bounce_address=BOUNCE_ADDRESS
        ) as postfix,
    ):
        stage.start_worker(postfix, settings=HEARD).join()
        mails = postfix.wait_for(returning, seconds=120)
        remote.wait_until_taken(len(names) - returning)
        reading = read_maildir(postfix.maildir)
        taken = len(remote.taken)
    rows = {d.address.partition("@")[0]: d for d in campaign.deliveries.all()}
    accepted = sum(row.state == DeliveryState.ACCEPTED for row in rows.values())
    right = sum(row.bounce_class == expected[name] for name, row in rows.items())
    conditions = [
        ("everybody taken by Postfix", accepted == len(names)),
        ("every refused letter came back", len(mails) == returning),
        ("everything that came back was heard", reading.heard == returning),
        ("everything was understood", right == len(names)),
    ]
    yield Result(
        "T16",
        "round trip by Postfix",
        people=len(names),
        taken=taken,
        lost=len(names) - taken - reading.heard,
        figures={"returned": len(mails), "heard": reading.heard, "right": right},
        breaches=[f"not: {words}" for words, holds in conditions if not holds],
    )
