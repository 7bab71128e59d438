"""What stands beside a segment while it is edited."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.exceptions import RuleError
from crm.segments.compiler import compile_tree
from crm.segments.counting import (
    Person,
    Summary,
    sample_people,
    show_count,
    summarise,
)
from crm.segments.estimating import estimate
from crm.segments.fields import Scope
from crm.segments.rules import Group, walk_rules
from crm.segments.words import Outline, describe_by_hand, outline_rules


@dataclass(frozen=True)
class Draft:
    """A segment as it stands in the form, saved or not. ``group`` is None when a rule
    is not finished."""

    group: Group | None
    added: list[int] = field(default_factory=list)
    excluded: list[int] = field(default_factory=list)
    segment_id: int | None = None


@dataclass(frozen=True)
class Preview:
    """The draft in words and numbers; ``people`` stays empty for who may not see them."""

    warnings: list[str]
    outline: Outline | None = None
    by_hand: list[str] = field(default_factory=list)
    summary: Summary | None = None
    people: list[Person] = field(default_factory=list)
    # About how many, while the count is still to come; "" otherwise.
    about: str = ""


def preview_draft(draft: Draft, on: date, *, shows_people: bool) -> Preview:
    """Return what the draft means on that day. Writes nothing."""
    if draft.group is None:
        return Preview([_("A rule is not finished. The count comes back when it is.")])
    outline = outline_rules(draft.group)
    by_hand = describe_by_hand(len(draft.added), len(draft.excluded))
    try:
        condition = _compile_draft(draft, Scope(on))
    except RuleError:
        broken = _(
            "A rule refers to something that has been deleted, or to a segment that "
            "goes round in a circle. Until that is mended the segment means nobody."
        )
        return Preview([broken], outline, by_hand)
    summary = summarise(condition, on)
    return Preview(
        _find_warnings(draft, draft.group, summary),
        outline,
        by_hand,
        summary,
        sample_people(condition, on) if shows_people else [],
    )


def sketch_draft(draft: Draft, on: date) -> Preview:
    """Return the draft in words with about how many people it means.

    For a register so large that ``preview_draft`` keeps somebody waiting. What is
    broken or unfinished is said as there.
    """
    if draft.group is None:
        return preview_draft(draft, on, shows_people=False)
    try:
        found = estimate(lambda scope: _compile_draft(draft, scope), Scope(on))
    except RuleError:
        return preview_draft(draft, on, shows_people=False)
    about = (
        _("only a few")
        if found.is_rough
        else _("about %(count)s") % {"count": show_count(found.count)}
    )
    return Preview(
        [],
        outline_rules(draft.group),
        describe_by_hand(len(draft.added), len(draft.excluded)),
        about=about,
    )


def _compile_draft(draft: Draft, scope: Scope) -> Q:
    if draft.segment_id is not None:
        scope = scope.enter(draft.segment_id)
    return compile_tree(
        draft.group or Group("all"),
        scope,
        added=Q(pk__in=draft.added),
        excluded=Q(pk__in=draft.excluded),
    )


def _find_warnings(draft: Draft, group: Group, summary: Summary) -> list[str]:
    if not group.rules and not draft.added:
        return [_("There is no rule yet, and a segment without rules means nobody.")]
    warnings = []
    if any(
        rule.kind == "seat" and set(rule.values) <= {"when"}
        for rule in walk_rules(group)
    ):
        warnings.append(
            _("A seat rule has no conditions: it takes in everybody with any seat.")
        )
    if not summary.total:
        warnings.append(_("Nobody in the register meets these rules today."))
    return warnings
