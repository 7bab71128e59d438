"""Rules about the contacts themselves: language, topics, when they were added."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from crm.choices import Language
from crm.exceptions import RuleError
from crm.models import Contact, Topic
from crm.segments.among import among
from crm.segments.blocks import DayBlock, make_language_block, make_topic_block
from crm.segments.facts import Facts, Verdict
from crm.segments.fields import RuleKind, Scope
from crm.segments.lookup import Lookup
from crm.segments.phrases import describe_language, describe_topic, join_all
from crm.segments.rules import Param, Rule


def compile_language(rule: Rule, scope: Scope) -> Q:
    """Return: is written to in one of the languages."""
    return Q(language__in=rule.values["languages"])


def judge_language(rule: Rule, facts: Facts) -> Verdict:
    """Judge by the contact's language."""
    return Verdict(
        facts.contact.language in rule.values["languages"],
        _("%(language)s.") % {"language": facts.contact.get_language_display()},
    )


def compile_topic(rule: Rule, scope: Scope) -> Q:
    """Return: cares for any (or every one) of the topics."""
    links = Contact.topics.through._default_manager.all()
    topics = rule.values["topics"]
    if rule.values.get("match", "any") == "any":
        return among(links.filter(topic__in=topics), scope)
    condition = Q()
    for topic in topics:
        condition &= among(links.filter(topic=topic), scope)
    return condition


def judge_topic(rule: Rule, facts: Facts) -> Verdict:
    """Judge by the topics the contact follows."""
    followed = {topic.pk for topic in facts.topics}
    wanted = set(rule.values["topics"])
    if rule.values.get("match", "any") == "any":
        holds = bool(followed & wanted)
    else:
        holds = wanted <= followed
    names = join_all(map(str, facts.topics))
    return Verdict(
        holds,
        _("Follows %(names)s.") % {"names": names} if names else _("Follows none."),
    )


def compile_added(rule: Rule, scope: Scope) -> Q:
    """Return: came into the register that day or later. Raises RuleError without one."""
    return Q(created_at__gte=start_of(_find_since(rule, scope.on)))


def judge_added(rule: Rule, facts: Facts) -> Verdict:
    """Judge by the day the contact was added."""
    added = timezone.localdate(facts.contact.created_at)
    return Verdict(
        added >= _find_since(rule, facts.on),
        _("Added on %(date)s.") % {"date": date_format(added, "DATE_FORMAT")},
    )


def describe_added(rule: Rule, rows: Lookup) -> str:
    """Return "was added since 1 March 2026" or "was added in the last 30 days"."""
    if days := rule.values.get("days"):
        return ngettext(
            "was added in the last %(count)s day",
            "was added in the last %(count)s days",
            days,
        ) % {"count": days}
    if "since" not in rule.values:
        return _("was added on a day that is not said")
    day = date.fromisoformat(rule.values["since"])
    return _("was added since %(date)s") % {"date": date_format(day, "DATE_FORMAT")}


def make_added_block() -> blocks.StructBlock:
    """Return the block of a rule about when somebody was added."""
    return AddedBlock(
        [
            (
                "days",
                blocks.IntegerBlock(
                    min_value=1,
                    max_value=36_500,
                    required=False,
                    label=gettext_lazy("In the last … days"),
                ),
            ),
            (
                "since",
                DayBlock(
                    required=False,
                    label=gettext_lazy("or since the day"),
                    help_text=gettext_lazy("Read when no number of days is given."),
                ),
            ),
        ],
        label=gettext_lazy("Added to the register"),
        icon="date",
        form_classname="rule",
        label_format=" ",
    )


class AddedBlock(blocks.StructBlock):
    """Asks for one of its two values."""

    def clean(self, value: Any) -> Any:
        """Return the values. Raises StructBlockValidationError when both are missing."""
        cleaned = super().clean(value)
        if not cleaned["days"] and not cleaned["since"]:
            message = ValidationError(_("Write a number of days, or choose a day."))
            raise StructBlockValidationError(block_errors={"days": message})
        return cleaned


def start_of(day: date) -> datetime:
    """Return the moment at which a day begins on the editors' clock."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _find_since(rule: Rule, on: date) -> date:
    if days := rule.values.get("days"):
        return on - timedelta(days=days)
    if "since" not in rule.values:
        raise RuleError("An added rule needs 'days' or 'since'.")
    return date.fromisoformat(rule.values["since"])


LANGUAGE = RuleKind(
    name="language",
    label=gettext_lazy("Language"),
    params={"languages": Param("texts", required=True, options=tuple(Language.values))},
    compile=compile_language,
    describe=describe_language,
    make_block=make_language_block,
    judge=judge_language,
)
TOPIC = RuleKind(
    name="topic",
    label=gettext_lazy("Topic"),
    params={
        "topics": Param("ids", required=True),
        "match": Param("choice", options=("any", "all")),
    },
    compile=compile_topic,
    describe=describe_topic,
    make_block=make_topic_block,
    judge=judge_topic,
    references={"topics": lambda: Topic},
)
ADDED = RuleKind(
    name="added",
    label=gettext_lazy("Added to the register"),
    params={"days": Param("number"), "since": Param("day")},
    compile=compile_added,
    describe=describe_added,
    make_block=make_added_block,
    judge=judge_added,
)
