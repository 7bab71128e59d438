"""What is called how in a send: its segments and the conditions of its blocks."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from crm.choices import Language
from crm.models import Segment, Topic
from newsletter.choices import ConditionKind
from newsletter.mail.blocks import Condition, select_segment_ids
from newsletter.models import Campaign


def name_frozen_segments(campaign: Campaign, side: str) -> list[str]:
    """Return the segments of a side ("include", "exclude"), named as when it was frozen."""
    frozen = campaign.frozen_rules
    return [frozen["segments"][str(pk)]["name"] for pk in frozen.get(side, [])]


def name_conditions(campaign: Campaign) -> list[str]:
    """Return what each bit of ``shown`` means, in the order of the bits."""
    return describe_conditions(map(Condition.from_data, campaign.conditions))


def describe_conditions(conditions: Iterable[Condition]) -> list[str]:
    """Return each condition in words, such as “for Coordinators”, in their order."""
    conditions = list(conditions)
    names = _name_keys(conditions)
    return [
        (_("for %(whom)s") if condition.include else _("not for %(whom)s"))
        % {"whom": names[condition.kind, condition.key]}
        for condition in conditions
    ]


def _name_keys(conditions: list[Condition]) -> dict[tuple[str, int | str], str]:
    """Return what each condition asks for, in words, by kind and key."""
    segments = Segment.objects.only("name").in_bulk(select_segment_ids(conditions))
    topics = Topic.objects.in_bulk(
        [c.key for c in conditions if c.kind == ConditionKind.TOPIC]
    )
    names: dict[tuple[str, int | str], str] = {}
    for condition in conditions:
        kind, key = condition.kind, condition.key
        if kind == ConditionKind.SEGMENT:
            segment = segments.get(int(key))
            name = segment.name if segment else _("a deleted segment")
        elif kind == ConditionKind.TOPIC:
            topic = topics.get(int(key))
            name = topic.name if topic else _("a deleted topic")
        else:
            name = str(Language(str(key)).label)
        names[kind, key] = name
    return names
