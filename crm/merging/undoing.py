"""Taking a merge back: the lost contact returns with all that was its own."""

from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.log_actions import log

from crm.consent import repeat_refusals
from crm.exceptions import MergeError
from crm.merging.joining import last_day_to_undo
from crm.merging.log import UNDONE
from crm.merging.moving import lock_seats
from crm.merging.records import (
    CLOCKS,
    Change,
    Row,
    insert_row,
    read_row,
    restore_row,
    update_row,
)
from crm.models import Contact, Merge

# What follows from other columns of a contact goes back with them.
DERIVED = {
    "sort_key": ("given_name", "family_name", "email"),
    "address_hash": ("email",),
}

# Where the ledger says that a no comes from; it stands there in English.
HEARD = gettext_noop("While merged with another contact")
LABELS = {field.attname: field.verbose_name for field in Contact._meta.concrete_fields}


@transaction.atomic
def undo_merge(merge: Merge, *, by: Any) -> list[str]:
    """Take a merge back; return in words what was edited since and left alone.

    What somebody said about mail since then stays, and a no holds for both: nobody
    knows which of the two said it. Stopped addresses stay stopped. Raises MergeError,
    with nothing changed, when it cannot be undone (any more).
    """
    # The same lock as for merging and for the ledger: nobody writes meanwhile.
    kept = Contact.objects.select_for_update().get(pk=merge.kept_id)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    check_undo(merge)
    lock_seats(kept)
    moved = dict(merge.moved)
    left = _restore_kept(kept, moved.pop("crm.Contact", []))
    if not insert_row(Contact, merge.lost):
        raise MergeError(_("The other contact cannot be brought back."))
    for label, changes in moved.items():
        left += _restore_table(label, changes)
    lost = Contact.objects.get(pk=merge.lost["id"])
    repeat_refusals(kept, lost, after=merge.created_at, heard=HEARD)
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])
    log(kept, UNDONE, user=by, data={"lost": str(lost), "merge": merge.pk})
    return left


def check_undo(merge: Merge) -> None:
    """Raise MergeError with the reason when the merge cannot be undone now."""
    reason = find_hindrance(merge)
    if reason:
        raise MergeError(reason)


def find_hindrance(merge: Merge) -> str:
    """Return the sentence that says why a merge cannot be undone; "" when it can."""
    if merge.undone_at:
        return _("This merge has been undone.")
    if timezone.now() > last_day_to_undo(merge):
        return _("It is more than 90 days ago; it cannot be undone any more.")
    if not merge.lost:
        return _("What was merged has been erased.")
    if merge.kept_id != merge.before["id"] or _later_merges(merge).exists():
        return _("It was merged again since. Undo the later merge first.")
    if _find_namesakes(merge):
        return _(
            "Another contact has the address by now. Change that one's address first."
        )
    return ""


def _later_merges(merge: Merge):
    return Merge.objects.filter(
        kept=merge.kept_id, pk__gt=merge.pk, undone_at__isnull=True
    )


def _find_namesakes(merge: Merge) -> bool:
    """Say whether a third contact has an address that one of the two gets back."""
    hashes = {merge.lost["address_hash"]}
    for change in merge.moved.get("crm.Contact", []):
        hashes.add(change["before"].get("address_hash"))
    others = Contact.objects.exclude(pk=merge.kept_id)
    return others.filter(Q(address_hash__in=hashes - {None})).exists()


def _restore_kept(kept: Contact, changes: list[Change]) -> list[str]:
    """Give the kept contact its own values back, but for those edited since."""
    left = []
    now = read_row(kept)
    for change in changes:
        before, after = change["before"], change["after"]
        edited = {c for c in after if now[c] != after[c]}
        for column in sorted(edited - CLOCKS - set(DERIVED)):
            label = capfirst(LABELS[column])
            left.append(_("%(field)s of %(name)s") % {"field": label, "name": kept})
        values = {c: v for c, v in before.items() if c not in edited}
        update_row(Contact, kept.pk, _derive(kept, values))
    return left


def _derive(kept: Contact, values: Row) -> Row:
    """Return the columns with those that follow from them, computed anew."""
    contact = Contact.objects.get(pk=kept.pk)
    for column, value in values.items():
        if column in ("given_name", "family_name", "email"):
            setattr(contact, column, value)
    contact.set_derived()
    derived = {column: getattr(contact, column) for column in DERIVED}
    return {**values, **derived}


def _restore_table(label: str, changes: list[Change]) -> list[str]:
    try:
        model = apps.get_model(label)
    except LookupError:
        return [_("%(count)s rows of %(table)s") % _counted(len(changes), label)]
    # What had gone is put back last: until then its place may be taken.
    ordered = sorted(changes, key=lambda change: change["after"] is None)
    stuck = [change for change in ordered if not restore_row(model, change)]
    # One may have waited for another's place.
    stuck = [change for change in stuck if not restore_row(model, change)]
    if not stuck:
        return []
    name = capfirst(model._meta.verbose_name_plural)
    return [_("%(count)s rows of %(table)s") % _counted(len(stuck), name)]


def _counted(count: int, table: str) -> dict[str, Any]:
    return {"count": count, "table": table}
