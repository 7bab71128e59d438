"""Rules about letters; and every kind of rule in random trees, judged and in SQL."""

from datetime import date, timedelta
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from crm.models import Contact, CustomField, Network, Organisation, Purpose, Role, Topic
from crm.segments.compiler import compile_rule, is_broken, segment_members
from crm.segments.explaining import explain_segment, explain_segments
from crm.segments.fields import Scope
from crm.segments.rules import Group, Rule
from crm.segments.uses import find_uses
from crm.segments.words import describe_rules
from newsletter.choices import DeliveryState
from newsletter.models import Campaign, DeliveryEvent
from newsletter.segments import ASKED_CLASSES
from tests.factories import (
    make_campaign,
    make_contact,
    make_delivery,
    make_news_page,
    make_newsletter,
    make_recipients,
    make_segment,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TODAY = date(2026, 11, 22)


def days_ago(days):
    return timezone.make_aware(
        timezone.datetime(2026, 11, 22, 9) - timedelta(days=days)
    )


def meant(kind, **values):
    """Return the people a rule means; its negation and the judges agree."""
    rule = Rule(kind, values)
    found = set(Contact.objects.filter(compile_rule(rule, Scope(TODAY))))
    none = Group("none", (rule,))
    everybody = set(Contact.objects.all())
    assert set(Contact.objects.filter(compile_rule(none, Scope(TODAY)))) == (
        everybody - found
    )
    segment = make_segment(rules=[{"kind": kind, **values}])
    assert found == {
        c for c in everybody if explain_segment(segment, c, TODAY).is_member
    }
    return found


def send(contact, campaign, state=DeliveryState.ACCEPTED, **fields):
    return make_delivery(campaign=campaign, contact=contact, state=state, **fields)


# --- Received


def test_received_is_accepted_or_uncertain():
    people = {name: make_contact() for name in ("accepted", "unknown", "failed", "no")}
    campaign = make_campaign(started_at=days_ago(3))
    for name in ("accepted", "unknown", "failed"):
        send(people[name], campaign, name)

    got = {people["accepted"], people["unknown"]}
    assert meant("received", campaigns=[campaign.pk]) == got
    assert meant("received", campaigns=[campaign.pk], state="not_got") == {
        people["failed"],
        people["no"],
    }


def test_received_of_a_newsletter_within_days():
    page = make_news_page(newsletter=make_newsletter(name="Brevet"))
    recent = make_campaign(page=page, started_at=days_ago(3))
    old = make_campaign(page=page, started_at=days_ago(100))
    other = make_campaign(started_at=days_ago(3))
    new_reader, old_reader, other_reader = (make_contact() for _n in range(3))
    for contact, campaign in [
        (new_reader, recent),
        (old_reader, old),
        (other_reader, other),
    ]:
        send(contact, campaign)
    ask = {"newsletters": [page.newsletter.pk]}

    assert meant("received", **ask) == {new_reader, old_reader}
    assert meant("received", **ask, days=30) == {new_reader}
    assert meant("received", days=30) == {new_reader, other_reader}
    with translation.override("en"):
        assert (
            describe_rules(Rule("received", {**ask, "days": 30}))
            == "has received a letter of the newsletter Brevet in the last 30 days"
        )


def test_received_by_somebody_since_erased_leaves_the_others_alone():
    contact, campaign = make_contact(), make_campaign()
    send(make_contact(), campaign)
    campaign.deliveries.update(contact=None)

    assert meant("received", campaigns=[campaign.pk], state="not_got") >= {contact}


def test_received_a_deleted_send_means_nobody():
    make_contact()
    campaign = make_campaign()
    segment = make_segment(
        rules=[{"kind": "received", "campaigns": [campaign.pk], "state": "not_got"}]
    )
    campaign.delete()

    assert is_broken(segment, TODAY)
    assert set(segment_members(segment, TODAY)) == set()


# --- Bounced


def test_bounced_by_class_and_since():
    hard, old, soft, fine = (make_contact() for _n in range(4))
    campaign = make_campaign()
    for contact, bounce_class, days in [
        (hard, "hard", 2),
        (old, "hard", 200),
        (soft, "soft", 2),
    ]:
        DeliveryEvent.objects.create(
            delivery=send(contact, campaign),
            type="bounced",
            bounce_class=bounce_class,
            at=days_ago(days),
        )
    DeliveryEvent.objects.create(delivery=send(fine, campaign), type="delivered")
    # What cannot be traced must not make "none" nobody.
    DeliveryEvent.objects.create(type="bounced", bounce_class="hard")

    assert meant("bounced") == {hard, old, soft}
    assert meant("bounced", classes=["hard"]) == {hard, old}
    assert meant("bounced", classes=["hard"], days=30) == {hard}
    assert meant("bounced", since="2026-11-01") == {hard, soft}
    with translation.override("en"):
        assert describe_rules(Rule("bounced", {"classes": ["hard"], "days": 30})) == (
            "had a letter come back (no such address) in the last 30 days"
        )


def test_recipients_are_among_the_uses_of_a_segment():
    segment = make_segment()
    recipients = make_recipients(include=[make_segment()], exclude=[segment])

    [use] = find_uses(segment, make_user())

    assert (recipients.name in use.label, use.url) == (True, "")


# --- Random trees


def some(random, values):
    return random.sample(values, random.randint(1, min(3, len(values))))


def ids(model):
    return list(model.objects.values_list("pk", flat=True))


class Trees:
    """Random rule trees over everything that is in the register."""

    def __init__(self, random):
        self.random = random
        self.rows = {
            model: ids(model)
            for model in (Role, Network, Organisation, Topic, Purpose, Campaign)
        }
        self.diet, self.years = CustomField.objects.order_by("slug")

    def pick(self, model):
        return some(self.random, self.rows[model])

    def maybe(self, **values):
        return {key: v for key, v in values.items() if self.random.random() < 0.5}

    def tree(self, depth=1):
        rules = [
            self.tree(depth + 1)
            if depth < 3 and self.random.random() < 0.3
            else self.leaf()
            for _number in range(self.random.randint(1, 3))
        ]
        return {"match": self.random.choice(["all", "any", "none"]), "rules": rules}

    def leaf(self):
        kind = self.random.choice(
            [
                "seat",
                "language",
                "topic",
                "membership",
                "vacancy",
                "holding",
                "custom",
                "consent",
                "added",
                "received",
                "bounced",
            ]
        )
        return {"kind": kind, **getattr(self, kind)()}

    def seat(self):
        return {
            "when": self.random.choice(["now", "before", "ever"]),
            **self.maybe(
                roles=self.pick(Role),
                networks=self.pick(Network),
                countries=some(self.random, ["SE", "FI", "DE"]),
                kinds=some(self.random, ["municipality", "company", "university"]),
                regions=some(self.random, ["Skåne", "Stockholm", "FI 1"]),
            ),
        }

    def language(self):
        return {"languages": some(self.random, ["sv", "en"])}

    def topic(self):
        return {
            "topics": self.pick(Topic),
            "match": self.random.choice(["any", "all"]),
        }

    def membership(self):
        return {
            "networks": self.pick(Network),
            "when": self.random.choice(["now", "before", "ever"]),
            **self.maybe(roles=some(self.random, ["member", "partner", "pilot"])),
        }

    def vacancy(self):
        return {
            "state": self.random.choice(["vacant", "held"]),
            **self.maybe(roles=self.pick(Role)[:1], networks=self.pick(Network)),
        }

    def holding(self):
        return {"state": self.random.choice(["none", "never"])}

    def custom(self):
        return self.random.choice(
            [
                {"field": [self.diet.pk], "how": "contains", "value": "veg"},
                {"field": [self.diet.pk], "how": "unset"},
                {"field": [self.years.pk], "how": "least", "value": "3"},
            ]
        )

    def consent(self):
        states = ["given", "withdrawn", "objected", "nothing"]
        return {"purposes": self.pick(Purpose), "state": self.random.choice(states)}

    def added(self):
        return {"days": self.random.choice([30, 365, 1500])}

    def received(self):
        return {
            "state": self.random.choice(["got", "not_got"]),
            **self.maybe(campaigns=self.pick(Campaign), days=50),
        }

    def bounced(self):
        return self.maybe(classes=some(self.random, list(ASKED_CLASSES)), days=50)


def make_register(people, random):
    """Make an invented register with fields of its own, letters and bounces."""
    CustomField.objects.create(slug="diet", name_sv="Kost", name_en="Diet", type="text")
    CustomField.objects.create(
        slug="years", name_sv="År", name_en="Years", type="number"
    )
    call_command("make_contacts", people, seed=random.randint(1, 999), on=TODAY)
    campaigns = [make_campaign(started_at=days_ago(days)) for days in (3, 70)]
    for contact in Contact.objects.all():
        contact.custom = random.choice(
            [{}, {"diet": "Vegan"}, {"years": 2}, {"years": 5}]
        )
        contact.save(update_fields=["custom"])
        if random.random() < 0.4:
            state = random.choice(["accepted", "unknown", "failed", "queued"])
            letter = send(contact, random.choice(campaigns), state)
            if random.random() < 0.3:
                DeliveryEvent.objects.create(
                    delivery=letter,
                    type=random.choice(["bounced", "complained", "delivered"]),
                    bounce_class=random.choice(ASKED_CLASSES),
                    at=days_ago(random.choice([1, 80])),
                )


def compare(people, trees, seed):
    """Hold the judges of random trees against SQL; return how many verdicts agreed."""
    random = Random(seed)
    make_register(people, random)
    makers = Trees(random)
    everybody = list(Contact.objects.order_by("pk"))
    segments = [
        make_segment(
            rules={"version": 1, **makers.tree()},
            added=some(random, everybody)[:1],
            excluded=some(random, everybody)[:1],
        )
        for _number in range(trees)
    ]
    # Some ask about an earlier one.
    for earlier, later in zip(segments[:5], segments[5:10], strict=False):
        member = random.choice(["in", "not_in"])
        rule = {"kind": "segment", "segments": [earlier.pk], "member": member}
        later.rules["rules"].append(rule)
        later.save()
    members = {
        segment.pk: set(segment_members(segment, TODAY).values_list("pk", flat=True))
        for segment in segments
    }
    for contact in everybody:
        for found in explain_segments(segments, contact, TODAY):
            in_sql = contact.pk in members[found.segment.pk]
            assert found.is_member == in_sql, (found.segment.rules, contact.pk)
    return len(everybody) * len(segments)


def test_judged_verdicts_equal_those_of_sql():
    assert compare(people=20, trees=10, seed=7) == 200


@pytest.mark.audit
def test_fifty_thousand_judged_verdicts_equal_those_of_sql():
    assert compare(people=1_000, trees=50, seed=11) == 50_000
