"""Merging two contacts: one transaction, everything moved, everything written down."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from crm.addresses import display_address
from crm.choices import SuppressionReason
from crm.consent import suppress
from crm.exceptions import MergeError
from crm.merging.log import MERGED
from crm.merging.records import Change, Row, compare_rows, read_row, read_rows
from crm.merging.relations import (
    Pair,
    Relation,
    all_relations,
    check_generic,
    check_moved,
    check_relations,
)
from crm.models import Contact, Merge, Suppression

# Design decision 14: undo ends then.
UNDO_DAYS = 90
# What is chosen field by field. Each of the administrator's own is "custom.<slug>".
FIELDS = (
    "given_name",
    "family_name",
    "email",
    "phone",
    "language",
    "photo",
    "biography",
    "notes",
)
# Of these both texts can be kept, one after the other.
LONG_FIELDS = ("biography", "notes")
# What a contact may have agreed to have published; the word goes with the field.
PUBLISHED_FIELDS = ("photo", "email", "phone", "biography")


@dataclass(frozen=True)
class Choices:
    """What was chosen: fields of the lost contact, fields of both, links to keep.

    ``None`` for topics and segments keeps those of both.
    """

    from_lost: frozenset[str] = frozenset()
    from_both: frozenset[str] = frozenset()
    topics: frozenset[int] | None = None
    added: frozenset[int] | None = None
    excluded: frozenset[int] | None = None
    keeps_address: bool = True


@dataclass
class Snapshot:
    """The rows a merge may change, as they were before it."""

    relation: Relation
    before: dict[Any, Row] = field(default_factory=dict)


def suggest_choices(kept: Contact, lost: Contact) -> Choices:
    """Return choices that keep everything: the lost one's where the kept has nothing."""
    filled = {
        name
        for name in field_names(kept, lost)
        if not read_field(kept, name) and read_field(lost, name)
    }
    both = {
        name
        for name in LONG_FIELDS
        if read_field(kept, name)
        and read_field(lost, name)
        and read_field(kept, name) != read_field(lost, name)
    }
    return Choices(from_lost=frozenset(filled), from_both=frozenset(both))


def field_names(kept: Contact, lost: Contact) -> list[str]:
    """Return the fields to choose, those of the administrator's that have a value too."""
    slugs = sorted({*kept.custom, *lost.custom})
    return [*FIELDS, *(f"custom.{slug}" for slug in slugs)]


def read_field(contact: Contact, name: str) -> Any:
    """Return a contact's value of a field of ``field_names``; a photo is its id."""
    part, _dot, slug = name.partition(".")
    if slug:
        return contact.custom.get(slug)
    return contact.photo_id if part == "photo" else getattr(contact, part)


@transaction.atomic
def merge_contacts(
    kept: Contact, lost: Contact, *, by: Any, choices: Choices | None = None
) -> Merge:
    """Let ``lost`` become part of ``kept``; return what was done, for undoing it.

    Raises MergeError, with nothing changed, when the two cannot be merged now or a
    relation is not known. An address that its reader reported as spam stays stopped, and
    the kept address is stopped with it: the wish was the person's.
    """
    check_relations()
    pair = lock_pair(kept, lost, by)
    check_generic(pair.lost)
    choices = choices or suggest_choices(pair.kept, pair.lost)
    snapshots = [
        Snapshot(relation, read_rows(relation.rows(pair)))
        for relation in all_relations()
    ]
    before, gone = read_row(pair.kept), read_row(pair.lost)
    for relation in all_relations():
        relation.move(pair)
    check_moved(pair.lost)
    # By query: the instance keeps its key for what follows.
    Contact.objects.filter(pk=pair.lost.pk).delete()
    write_choices(pair, choices)
    carry_complaint(pair.kept, {before["address_hash"], gone["address_hash"]})
    merge = Merge.objects.create(
        kept=pair.kept,
        lost=gone,
        before=before,
        moved=_list_changes(pair, snapshots, before),
        by=by,
    )
    data = {"lost": str(pair.lost), "merge": merge.pk}
    log(pair.kept, MERGED, user=by, data=data)
    return merge


def lock_pair(kept: Contact, lost: Contact, by: Any) -> Pair:
    """Return the pair as it stands now, its rows locked. Raises MergeError."""
    if kept.pk == lost.pk:
        raise MergeError(_("That is one and the same contact."))
    rows = Contact.objects.select_for_update().order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[kept.pk, lost.pk])}
    if len(found) < 2:
        raise MergeError(_("One of the two contacts is not there any more."))
    return Pair(found[kept.pk], found[lost.pk], by)


def write_choices(pair: Pair, choices: Choices) -> None:
    """Write what was chosen into the kept contact."""
    kept, lost = pair.kept, pair.lost
    own_address = kept.email
    for name in field_names(kept, lost):
        if name in choices.from_lost:
            _write_field(kept, name, read_field(lost, name))
        elif name in choices.from_both:
            texts = (read_field(kept, name), read_field(lost, name))
            _write_field(kept, name, "\n\n".join(filter(None, texts)))
    _write_agreements(kept, lost, choices)
    # The stricter wish holds: no mail until the later of the two days.
    pauses = [day for day in (kept.paused_until, lost.paused_until) if day]
    kept.paused_until = max(pauses, default=None)
    kept.created_at = min(kept.created_at, lost.created_at)
    if choices.keeps_address:
        _note_address(kept, own_address if kept.email == lost.email else lost.email)
    kept.save()
    for name, chosen in (
        ("topics", choices.topics),
        ("added_to_segments", choices.added),
        ("excluded_from_segments", choices.excluded),
    ):
        links = getattr(kept, name)
        if chosen is not None:
            links.remove(*links.exclude(pk__in=chosen))


def carry_complaint(kept: Contact, hashes: set[str]) -> None:
    """Stop the kept address too when one of the two was stopped by a complaint."""
    complained = Suppression.objects.filter(
        address_hash__in=hashes, reason=SuppressionReason.COMPLAINT
    )
    if complained.exists():
        suppress(kept.email, SuppressionReason.COMPLAINT)


def last_day_to_undo(merge: Merge) -> datetime:
    """Return until when the merge can be undone."""
    return merge.created_at + timedelta(days=UNDO_DAYS)


def _note_address(kept: Contact, address: str) -> None:
    """Write the address that goes into the notes: a letter or a file may still name it."""
    line = _("Also had the address %(address)s (merged on %(date)s).") % {
        "address": display_address(address),
        "date": date_format(timezone.localdate(), "DATE_FORMAT"),
    }
    kept.notes = f"{kept.notes}\n\n{line}".strip()


def _write_field(contact: Contact, name: str, value: Any) -> None:
    part, _dot, slug = name.partition(".")
    if slug and value is None:
        contact.custom.pop(slug, None)
    elif slug:
        contact.custom[slug] = value
    elif part == "photo":
        contact.photo_id = value
    else:
        setattr(contact, part, value)


def _write_agreements(kept: Contact, lost: Contact, choices: Choices) -> None:
    """Let a field be published only if whoever it came from agreed; of both, both."""
    for name in PUBLISHED_FIELDS:
        flag = f"publishes_{name}"
        if name in choices.from_lost:
            setattr(kept, flag, getattr(lost, flag))
        elif name in choices.from_both:
            setattr(kept, flag, getattr(kept, flag) and getattr(lost, flag))
    taken = choices.from_lost & {"given_name", "family_name"}
    if taken:
        # Of a name made of both, both.
        own = kept.publishes_name or len(taken) == 2
        kept.publishes_name = own and lost.publishes_name


def _list_changes(
    pair: Pair, snapshots: list[Snapshot], before: Row
) -> dict[str, list[Change]]:
    """Return by table what the merge changed; the kept contact's columns come first."""
    kept = Contact.objects.get(pk=pair.kept.pk)
    moved = {"crm.Contact": compare_rows({kept.pk: before}, {kept.pk: read_row(kept)})}
    for snapshot in snapshots:
        relation = snapshot.relation
        rows = relation.model._base_manager.filter(pk__in=list(snapshot.before))
        after = {**read_rows(rows), **read_rows(relation.rows(pair))}
        changes = compare_rows(snapshot.before, after)
        if changes:
            moved[relation.label] = changes
    return moved
