"""What is called how in a send: its segments and the conditions of its blocks."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.choices import Language
from crm.models import Segment, Topic
from newsletter.choices import ConditionKind
from newsletter.mail.blocks import Condition, select_segment_ids
from newsletter.models import Campaign

# Whole phrases: only some languages write the name of a language with a capital.
READERS = {
    Language.SWEDISH: gettext_lazy("readers of Swedish"),
    Language.ENGLISH: gettext_lazy("readers of English"),
}
TOPIC_KINDS = (ConditionKind.TOPIC, ConditionKind.TOPICS)


def name_frozen_segments(campaign: Campaign, side: str) -> list[str]:
    """Return the segments of a side ("include", "exclude"), named as when it was frozen."""
    frozen = campaign.frozen_rules
    return [frozen["segments"][str(pk)]["name"] for pk in frozen.get(side, [])]


def name_conditions(campaign: Campaign) -> list[str]:
    """Return what each bit of ``shown`` means, in the order of the bits."""
    return describe_conditions(map(Condition.from_data, campaign.conditions))


def describe_conditions(conditions: Iterable[Condition]) -> list[str]:
    """Return each condition in words, such as “for Coordinators”, in their order."""
    return _say(conditions, _("for %(whom)s"), _("not for %(whom)s"))


def explain_hiding(conditions: Iterable[Condition]) -> list[str]:
    """Return why somebody for whom the conditions do not hold is not shown a block."""
    return _say(conditions, _("is only for %(whom)s"), _("is not for %(whom)s"))


def describe_limits(conditions: Iterable[Condition]) -> list[str]:
    """Return whom a block with each condition is shown to, in words for its editor."""
    return _say(conditions, _("Shown only to: %(whom)s"), _("Not shown to: %(whom)s"))


def _say(conditions: Iterable[Condition], included: str, excluded: str) -> list[str]:
    conditions = list(conditions)
    ids = select_segment_ids(conditions)
    segments = dict(Segment.objects.filter(pk__in=ids).values_list("pk", "name"))
    asked = [pk for c in conditions if c.kind in TOPIC_KINDS for pk in c.ids]
    topics = {pk: row.name for pk, row in Topic.objects.in_bulk(asked).items()}
    return [
        (included if condition.include else excluded)
        % {"whom": _name_asked(condition, segments, topics)}
        for condition in conditions
    ]


def _name_asked(
    condition: Condition, segments: dict[int, str], topics: dict[int, str]
) -> str:
    """Return what a condition asks for: names joined by "or", or readers' language."""
    if condition.kind == ConditionKind.LANGUAGE:
        return str(READERS[Language(str(condition.key))])
    if condition.kind in TOPIC_KINDS:
        known, lost = topics, _("a deleted topic")
    else:
        known, lost = segments, _("a deleted segment")
    *first, last = [known.get(pk, lost) for pk in condition.ids]
    if not first:
        return last
    return _("%(first)s or %(last)s") % {"first": ", ".join(first), "last": last}
