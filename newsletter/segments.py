"""Rules about letters: who received one, whose address bounced. Registered by the app."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import blocks

from crm.models import Segment
from crm.segments.among import among
from crm.segments.blocks import DayBlock
from crm.segments.facts import Facts, Verdict
from crm.segments.fields import RuleKind, Scope, register_kind
from crm.segments.lookup import Lookup
from crm.segments.phrases import join_any, name_choices, place
from crm.segments.pickers import PickBlock
from crm.segments.picks import ChoiceSource, RowSource
from crm.segments.rules import MAX_NUMBER, Param, Rule
from crm.segments.uses import Use, register_use_finder
from newsletter.choices import BounceClass, DeliveryState, EventType
from newsletter.models import (
    Campaign,
    Delivery,
    DeliveryEvent,
    Newsletter,
    Recipients,
)

# An uncertain letter counts as received: asking who has not got it is most often the
# way to send it once more, and nobody should get it twice.
RECEIVED = (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)
BOUNCES = (EventType.BOUNCED, EventType.REJECTED, EventType.COMPLAINED)
ASKED_CLASSES = (
    BounceClass.HARD,
    BounceClass.SOFT,
    BounceClass.BLOCK,
    BounceClass.COMPLAINT,
    BounceClass.UNKNOWN,
)


def compile_received(rule: Rule, scope: Scope) -> Q:
    """Return: was (or was not) handed such a letter."""
    rows = Delivery.objects.filter(state__in=RECEIVED)
    if "campaigns" in rule.values:
        rows = rows.filter(campaign__in=rule.values["campaigns"])
    if "newsletters" in rule.values:
        rows = rows.filter(campaign__newsletter__in=rule.values["newsletters"])
    if days := rule.values.get("days"):
        rows = rows.filter(campaign__started_at__gte=_start(scope.on, days))
    got = among(rows, scope)
    return got if rule.values.get("state", "got") == "got" else ~got


def judge_received(rule: Rule, facts: Facts) -> Verdict:
    """Judge by the letters the contact was handed."""
    letters = facts.remember("letters", lambda: _read_letters(facts))
    values = rule.values
    since = _start(facts.on, values["days"]) if "days" in values else None
    fitting = [
        letter
        for letter in letters
        if letter.campaign_id in values.get("campaigns", [letter.campaign_id])
        and letter.campaign.newsletter_id
        in values.get("newsletters", [letter.campaign.newsletter_id])
        and (
            since is None
            or (letter.campaign.started_at and letter.campaign.started_at >= since)
        )
    ]
    got = values.get("state", "got") == "got"
    return Verdict(bool(fitting) == got, _name_letters(fitting))


def describe_received(rule: Rule, rows: Lookup) -> str:
    """Return "has received “Report 3” of the newsletter … in the last 30 days"."""
    parts = {
        "campaign": join_any(
            _("“%(name)s”") % {"name": name}
            for name in rows.names(Campaign, _ids(rule, "campaigns"))
        ),
        "newsletter": place(
            _("of the newsletter %(names)s"),
            rows.names(Newsletter, _ids(rule, "newsletters")),
        ),
        "days": _say_days(rule),
    }
    if rule.values.get("state", "got") == "got":
        frame = _("has received a letter %(campaign)s %(newsletter)s %(days)s")
    else:
        frame = _("has not received a letter %(campaign)s %(newsletter)s %(days)s")
    return " ".join((frame % parts).split())


def make_received_block() -> blocks.StructBlock:
    """Return the block of a rule about letters received."""
    return blocks.StructBlock(
        [
            (
                "state",
                blocks.ChoiceBlock(
                    choices=[
                        ("got", gettext_lazy("Has received")),
                        ("not_got", gettext_lazy("Has not received")),
                    ],
                    default="got",
                    label=gettext_lazy("Letter"),
                    help_text=gettext_lazy("An uncertain letter counts as received."),
                ),
            ),
            ("campaigns", PickBlock(RowSource(Campaign), label=gettext_lazy("Send"))),
            (
                "newsletters",
                PickBlock(RowSource(Newsletter), label=gettext_lazy("Newsletter")),
            ),
            ("days", _make_days_block()),
        ],
        label=gettext_lazy("Letter received"),
        icon="mail",
        form_classname="rule",
        label_format=" ",
    )


def compile_bounced(rule: Rule, scope: Scope) -> Q:
    """Return: a letter came back, or was reported as spam."""
    events = DeliveryEvent.objects.filter(type__in=BOUNCES)
    if "classes" in rule.values:
        events = events.filter(bounce_class__in=rule.values["classes"])
    if days := rule.values.get("days"):
        events = events.filter(at__gte=_start(scope.on, days))
    if since := rule.values.get("since"):
        events = events.filter(at__gte=_start(date.fromisoformat(since), 0))
    return among(events, scope, "delivery__contact")


def judge_bounced(rule: Rule, facts: Facts) -> Verdict:
    """Judge by what was heard of the contact's letters."""
    heard = facts.remember("bounces", lambda: _read_bounces(facts))
    starts = [_start(facts.on, rule.values["days"])] if "days" in rule.values else []
    if since := rule.values.get("since"):
        starts.append(_start(date.fromisoformat(since), 0))
    fitting = [
        event
        for event in heard
        if event.bounce_class in rule.values.get("classes", [event.bounce_class])
        and all(event.at >= start for start in starts)
    ]
    said = " ".join(
        _("%(what)s on %(date)s.")
        % {
            "what": event.get_bounce_class_display() or event.get_type_display(),
            "date": date_format(timezone.localtime(event.at), "DATE_FORMAT"),
        }
        for event in (fitting or heard)[:3]
    )
    return Verdict(bool(fitting), said or _("No letter has come back."))


def describe_bounced(rule: Rule, rows: Lookup) -> str:
    """Return "had a letter come back (no such address) in the last 90 days"."""
    since = rule.values.get("since")
    parts = {
        "classes": place(
            _("(%(names)s)"), name_choices(BounceClass, _ids(rule, "classes"))
        ),
        "days": _say_days(rule),
        "since": _("since %(date)s")
        % {"date": date_format(date.fromisoformat(since), "DATE_FORMAT")}
        if since
        else "",
    }
    frame = _("had a letter come back %(classes)s %(days)s %(since)s")
    return " ".join((frame % parts).split())


def make_bounced_block() -> blocks.StructBlock:
    """Return the block of a rule about bounces."""
    return blocks.StructBlock(
        [
            (
                "classes",
                PickBlock(
                    ChoiceSource(lambda: [(c.value, c.label) for c in ASKED_CLASSES]),
                    label=gettext_lazy("Why it came back"),
                ),
            ),
            ("days", _make_days_block()),
            (
                "since",
                DayBlock(required=False, label=gettext_lazy("or since the day")),
            ),
        ],
        label=gettext_lazy("Letter came back"),
        icon="warning",
        form_classname="rule",
        label_format=" ",
    )


def _make_days_block() -> blocks.IntegerBlock:
    return blocks.IntegerBlock(
        min_value=1,
        max_value=MAX_NUMBER,
        required=False,
        label=gettext_lazy("In the last … days"),
    )


def _read_letters(facts: Facts) -> list[Delivery]:
    return list(
        Delivery.objects.filter(contact=facts.contact, state__in=RECEIVED)
        .select_related("campaign")
        .order_by("-pk")
    )


def _read_bounces(facts: Facts) -> list[DeliveryEvent]:
    return list(
        DeliveryEvent.objects.filter(
            delivery__contact=facts.contact, type__in=BOUNCES
        ).order_by("-at", "-pk")
    )


def _name_letters(letters: list[Delivery]) -> str:
    if not letters:
        return _("No such letter.")
    said = [
        _("“%(subject)s”, %(state)s.")
        % {
            "subject": letter.campaign.subject,
            "state": str(letter.get_state_display()).lower(),
        }
        for letter in letters[:3]
    ]
    return " ".join(said)


def _say_days(rule: Rule) -> str:
    days = rule.values.get("days")
    if not days:
        return ""
    return ngettext("in the last %(count)s day", "in the last %(count)s days", days) % {
        "count": days
    }


def _start(on: date, days: int) -> datetime:
    begins = datetime.combine(on - timedelta(days=days), time.min)
    return timezone.make_aware(begins)


def _ids(rule: Rule, key: str) -> list[Any]:
    return rule.values.get(key, [])


RECEIVED_KIND = RuleKind(
    name="received",
    label=gettext_lazy("Letter received"),
    params={
        "campaigns": Param("ids"),
        "newsletters": Param("ids"),
        "days": Param("number"),
        "state": Param("choice", options=("got", "not_got")),
    },
    compile=compile_received,
    describe=describe_received,
    make_block=make_received_block,
    judge=judge_received,
    references={"campaigns": lambda: Campaign, "newsletters": lambda: Newsletter},
)
BOUNCED_KIND = RuleKind(
    name="bounced",
    label=gettext_lazy("Letter came back"),
    params={
        "classes": Param("texts", options=tuple(ASKED_CLASSES)),
        "days": Param("number"),
        "since": Param("day"),
    },
    compile=compile_bounced,
    describe=describe_bounced,
    make_block=make_bounced_block,
    judge=judge_bounced,
)


def find_recipients(segment: Segment, user: Any) -> list[Use]:
    """Return the recipients of letters that a segment is part of."""
    using = Recipients.objects.filter(
        Q(include=segment) | Q(exclude=segment)
    ).distinct()
    may_see = user.has_perm("newsletter.view_recipients") or user.has_perm(
        "newsletter.change_recipients"
    )
    return [
        Use(
            _("Recipients “%(name)s”") % {"name": recipients.name},
            reverse("newsletter_recipients:inspect", args=[recipients.pk])
            if may_see
            else "",
        )
        for recipients in using
    ]


def register_segments() -> None:
    """Register what segments can ask of letters; called once when the app is ready."""
    register_kind(RECEIVED_KIND)
    register_kind(BOUNCED_KIND)
    register_use_finder(find_recipients)
