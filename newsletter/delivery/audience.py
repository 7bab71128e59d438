"""Recipients become people here: who gets a letter, who does not, and why not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When

from crm.choices import ConsentStatus, LawfulBasis
from crm.models import ConsentState, Contact, Segment
from crm.models.contact import ContactQuerySet
from crm.segments.compiler import compile_absence, compile_segment
from crm.segments.fields import Scope
from crm.segments.freezing import freeze_segments
from newsletter.choices import LeftOutReason
from newsletter.delivery.repeats import Repeat
from newsletter.mail.blocks import Limits, find_reader_limits
from newsletter.mail.conditions import finds_items
from newsletter.mail.fallback import gets_any
from newsletter.models import Newsletter, NewsPage, Recipients


@dataclass(frozen=True)
class AudienceCount:
    """How many people a choice of recipients means today."""

    members: int
    mailable: int
    left_out: dict[str, int] = field(default_factory=dict)


def select_members(
    recipients: Recipients | None,
    on: date,
    *,
    frozen: Mapping[str, Any] | None = None,
    repeat: Repeat | None = None,
) -> ContactQuerySet:
    """Return everybody in the recipients' segments, mailable or not.

    ``frozen`` is an earlier ``snapshot_rules``; with it the rules of then decide. With
    ``repeat`` it is who has not had the earlier sends; of a correction, who got them.
    """
    if repeat and repeat.is_same_people:
        return repeat.select_readers()
    scope = make_scope(on, frozen)
    include, exclude = _find_segments(recipients, frozen)
    condition = Q(pk__in=[])
    for segment in include:
        condition |= compile_segment(segment, scope)
    for segment in exclude:
        # A broken segment left out means nobody is left in, rather than everybody.
        condition &= compile_absence(segment, scope)
    members = Contact.objects.filter(condition)
    return repeat.narrow(members) if repeat else members


def make_scope(on: date, frozen: Mapping[str, Any] | None) -> Scope:
    """Return the scope of that day, with the definitions of a snapshot if there is one."""
    return Scope(on, frozen=frozen["segments"] if frozen else {})


def select_audience(
    recipients: Recipients | None,
    newsletter: Newsletter,
    on: date,
    *,
    frozen: Mapping[str, Any] | None = None,
    repeat: Repeat | None = None,
) -> ContactQuerySet:
    """Return those of the members who may be written to, with ``mail_address``.

    Two people who share an address are both in it; one delivery is made for them.
    """
    members = select_members(recipients, on, frozen=frozen, repeat=repeat)
    readers = members.mailable(newsletter.purpose, on)
    if repeat and not repeat.is_same_people:
        return readers.exclude(repeat.had_by_address())
    return readers


def count_audience(
    recipients: Recipients | None,
    newsletter: Newsletter,
    *,
    on: date,
    frozen: Mapping[str, Any] | None = None,
    offered: Sequence[str] = (),
    repeat: Repeat | None = None,
    limits: Limits | None = None,
) -> AudienceCount:
    """Return how many people would get a letter today, and how many not, by reason.

    ``offered``, ``repeat`` and ``limits`` as in ``explain_members``.
    """
    members = explain_members(
        recipients,
        newsletter,
        on,
        frozen=frozen,
        offered=offered,
        repeat=repeat,
        limits=limits,
    )
    found = members.aggregate(
        members=Count("pk"),
        mailable=Count("mail_hash", filter=Q(reason=""), distinct=True),
        willing=Count("pk", filter=Q(reason="")),
        **{
            reason: Count("pk", filter=Q(reason=reason))
            for reason in LeftOutReason.values
        },
    )
    found[LeftOutReason.SAME_ADDRESS] += found["willing"] - found["mailable"]
    left_out = {
        reason: found[reason] for reason in LeftOutReason.values if found[reason]
    }
    return AudienceCount(found["members"], found["mailable"], left_out)


def count_readers(
    pages: Mapping[str, NewsPage],
    recipients: Recipients | None,
    newsletter: Newsletter,
    *,
    on: date,
    frozen: Mapping[str, Any] | None = None,
    repeat: Repeat | None = None,
) -> AudienceCount:
    """Return how many would get an item that day, as its freeze would decide.

    ``pages`` are its versions by language, its own first: who reads none of them, or
    finds nothing in a personal digest, is left out.
    """
    return count_audience(
        recipients,
        newsletter,
        on=on,
        frozen=frozen,
        offered=list(pages),
        repeat=repeat,
        limits=find_reader_limits(pages),
    )


def explain_members(
    recipients: Recipients | None,
    newsletter: Newsletter,
    on: date,
    *,
    frozen: Mapping[str, Any] | None = None,
    offered: Sequence[str] = (),
    repeat: Repeat | None = None,
    limits: Limits | None = None,
) -> ContactQuerySet:
    """Return the members with ``reason``: why each may not be written to, or "".

    ``offered`` are the languages of the item, its own first; without any, nobody lacks
    theirs. The order of reasons is that of what the person said before what happened to
    the address. Sharing an address is not among them: who of two gets it is decided by the
    freeze. But with ``repeat`` it is, where the address has had an earlier send.
    ``limits`` are those of a personal digest (``find_reader_limits``).
    """
    purpose = newsletter.purpose
    states = ConsentState.objects.filter(contact=OuterRef("pk"))
    refused = states.filter(
        Q(purpose=purpose, status=ConsentStatus.WITHDRAWN)
        | Q(status=ConsentStatus.OBJECTED)
    )
    reasons: list[Any] = [
        When(Exists(refused), then=Value(LeftOutReason.WITHDRAWN.value))
    ]
    if purpose.lawful_basis == LawfulBasis.CONSENT:
        given = states.filter(purpose=purpose, status=ConsentStatus.GIVEN)
        reasons.append(When(~Exists(given), then=Value(LeftOutReason.NO_CONSENT.value)))
    paused = When(paused_until__gt=on, then=Value(LeftOutReason.PAUSED.value))
    reasons.append(paused)
    reasons.append(When(mail_address="", then=Value(LeftOutReason.SUPPRESSED.value)))
    if offered and (reached := gets_any(offered, newsletter.fallback)):
        reasons.append(When(~reached, then=Value(LeftOutReason.NO_LANGUAGE.value)))
    if limits:
        fits = finds_items(limits, offered, newsletter.fallback)
        reasons.append(When(~fits, then=Value(LeftOutReason.NO_ITEMS.value)))
    if repeat and not repeat.is_same_people:
        had = repeat.had_by_address()
        reasons.append(When(had, then=Value(LeftOutReason.SAME_ADDRESS.value)))
    return (
        select_members(recipients, on, frozen=frozen, repeat=repeat)
        .with_mail_address(on)
        .annotate(reason=Case(*reasons, default=Value("")))
    )


def snapshot_rules(
    recipients: Recipients | None, limits: Iterable[Segment] = ()
) -> dict[str, Any]:
    """Return what the recipients, and the limits of blocks, mean now, as data."""
    include, exclude = _find_segments(recipients, None)
    return {
        "recipients": recipients.name if recipients else "",
        "include": [segment.pk for segment in include],
        "exclude": [segment.pk for segment in exclude],
        "segments": freeze_segments([*include, *exclude, *limits]),
    }


def _find_segments(
    recipients: Recipients | None, frozen: Mapping[str, Any] | None
) -> tuple[list[Segment], list[Segment]]:
    """Return the segments a letter goes to and those it does not, as frozen or now."""
    if not frozen:
        if recipients is None:
            return [], []
        return list(recipients.include.all()), list(recipients.exclude.all())
    # Unsaved stand-ins: what they mean is in the frozen definitions.
    include, exclude = (
        [Segment(pk=pk) for pk in frozen[side]] for side in ("include", "exclude")
    )
    return include, exclude
