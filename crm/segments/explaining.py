"""Why a contact is in a segment or not: each rule judged for that one person.

Judged in Python from what the register knows, without the SQL that counts and sends; a
test holds the two together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from crm.exceptions import RuleError
from crm.models import Contact, Segment
from crm.segments.compiler import find_missing
from crm.segments.facts import Facts, Finding
from crm.segments.fields import all_schemas, get_kind, look_up
from crm.segments.lookup import Lookup
from crm.segments.rules import Group, Rule, parse_rules
from crm.segments.words import describe_rules, head_group, head_inner_group

ADDED, EXCLUDED = "added", "excluded"
Frozen = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Explanation:
    """Whether a contact is in a segment, and why.

    ``rules`` is None when they cannot be read, ``trouble`` what is wrong with the
    segment: a broken one means nobody. ``by_hand`` is "added", "excluded" or "".
    """

    segment: Segment
    is_member: bool
    rules: Finding | None = None
    by_hand: str = ""
    trouble: tuple[str, ...] = ()


def explain_segment(
    segment: Segment, contact: Contact, on: date, *, frozen: Frozen | None = None
) -> Explanation:
    """Return why the contact is in the segment on that day, or why not.

    ``frozen`` are definitions that stand in for the stored ones. Writes nothing.
    """
    return _Judge(contact, on, frozen or {}).explain(segment)


def explain_segments(
    segments: Iterable[Segment], contact: Contact, on: date
) -> list[Explanation]:
    """Return the same for several segments, asking the register once for the facts."""
    judge = _Judge(contact, on, {})
    return [judge.explain(segment) for segment in segments]


def explain_memberships(contact: Contact, on: date) -> list[Explanation]:
    """Return every segment with whether the contact is in it, those it is in first."""
    found = explain_segments(Segment.objects.all(), contact, on)
    return sorted(found, key=lambda explanation: not explanation.is_member)


class _Judge:
    """Judges segments for one contact, each of them once."""

    def __init__(self, contact: Contact, on: date, frozen: Frozen) -> None:
        self.facts = Facts(contact, on, self.judge_segment)
        self.frozen = frozen
        self.known: dict[int, Explanation] = {}
        # Segments being judged further out, so that a circle is noticed.
        self.inside: list[int | None] = []

    def judge_segment(self, segment_id: int) -> Finding:
        """Return what a segment that a rule asks about means for the contact.

        Raises RuleError when it is broken.
        """
        if segment_id in self.inside:
            raise RuleError(_("The segment asks about itself."))
        if segment_id not in self.known:
            segment = Segment.objects.filter(pk=segment_id).first()
            self.known[segment_id] = self.explain(segment or Segment(pk=segment_id))
        found = self.known[segment_id]
        name = self.frozen.get(str(segment_id), {}).get("name", found.segment.name)
        if found.trouble:
            raise RuleError(_("The segment “%(name)s” is broken.") % {"name": name})
        return Finding(
            _("The segment “%(name)s”") % {"name": name},
            found.is_member,
            describe_hand(found.by_hand),
            "all",
            (found.rules,) if found.rules else (),
        )

    def explain(self, segment: Segment) -> Explanation:
        """Judge one segment with the people by hand."""
        rules, by_hand = self._define(segment)
        try:
            group = parse_rules(rules, all_schemas())
        except RuleError:
            trouble = _("The rules cannot be read. The segment means nobody.")
            return Explanation(segment, False, None, by_hand, (trouble,))
        rows = look_up(group)
        if missing := find_missing(group):
            gone = tuple(
                _("The rule “%(rule)s” refers to something that has been deleted.")
                % {"rule": describe_rules(rule, rows)}
                for rule in missing
            )
            return Explanation(segment, False, None, by_hand, gone)
        self.inside.append(segment.pk)
        try:
            found = self._judge_group(group, rows, head_group(group))
        except RuleError as error:
            return Explanation(segment, False, None, by_hand, (str(error),))
        finally:
            self.inside.pop()
        is_member = (found.holds or by_hand == ADDED) and by_hand != EXCLUDED
        return Explanation(segment, is_member, found, by_hand)

    def _define(self, segment: Segment) -> tuple[Any, str]:
        pk = self.facts.contact.pk
        if frozen := self.frozen.get(str(segment.pk)):
            return frozen["rules"], _find_hand(
                pk in frozen["added"], pk in frozen["excluded"]
            )
        if segment.pk is None:
            return segment.rules, ""
        people = {"pk": pk}
        return segment.rules, _find_hand(
            segment.added.filter(**people).exists(),
            segment.excluded.filter(**people).exists(),
        )

    def _judge_group(self, group: Group, rows: Lookup, words: str) -> Finding:
        parts = tuple(self._judge_node(node, rows) for node in group.rules)
        if not parts:
            return Finding(words, False)
        held = [part.holds for part in parts]
        holds = {"all": all(held), "any": any(held), "none": not any(held)}
        return Finding(words, holds[group.match], "", group.match, parts)

    def _judge_node(self, node: Group | Rule, rows: Lookup) -> Finding:
        if isinstance(node, Group):
            return self._judge_group(node, rows, head_inner_group(node))
        kind = get_kind(node.kind)
        verdict = kind.judge(node, self.facts)
        return Finding(
            kind.describe(node, rows),
            verdict.holds,
            verdict.because,
            "all" if verdict.parts else "",
            verdict.parts,
        )


def describe_hand(by_hand: str) -> str:
    """Return what was done by hand, as a sentence; "" when nothing was."""
    return {
        ADDED: _("Added by hand, whatever the rules say."),
        EXCLUDED: _("Left out by hand, whatever the rules say."),
    }.get(by_hand, "")


def _find_hand(is_added: bool, is_excluded: bool) -> str:
    # Left out goes before added, as in the SQL.
    if is_excluded:
        return EXCLUDED
    return ADDED if is_added else ""
