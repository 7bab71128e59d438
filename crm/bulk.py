"""One change to many contacts: set-based, in steps, and undone as far as it can be.

An action changes the contacts with given ids and returns what they had before, as
groups of (former value, ids) of exactly those that changed. Undoing gives each group
its former value back where the new one still stands.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.log_actions import log

from crm.choices import SuppressionReason
from crm.copies import drop_copies
from crm.custom_updates import put_everywhere
from crm.exceptions import CrmError
from crm.models import Contact, CustomField, Job, Segment, Suppression, Topic

BULK_JOB = "bulk"
BULK_ACTION = "crm.contacts_changed"
# Above this it is a job with a progress bar.
MOST_AT_ONCE = 500
STEP = 2000

# What contacts had before: (former value, ids of those that changed).
Groups = list[tuple[Any, list[int]]]
# Ids as [first, last] runs, so that many lie in little JSON.
Runs = list[list[int]]


@dataclass(frozen=True)
class Action:
    """One thing that can be done to many contacts.

    ``change(ids, value, count_only)`` returns the groups; with ``count_only`` it changes
    nothing. ``put_back(ids, former, value)`` returns how many got the former value back;
    without it the action cannot be undone. ``permissions`` are all needed.
    """

    name: str
    label: Any
    permissions: tuple[str, ...]
    change: Callable[[list[int], Any, bool], Groups]
    put_back: Callable[[list[int], Any, Any], int] | None = None


def pack_ids(ids: Iterable[int]) -> Runs:
    """Return ids as sorted runs [first, last]."""
    runs: Runs = []
    for pk in sorted(ids):
        if runs and pk == runs[-1][1] + 1:
            runs[-1][1] = pk
        else:
            runs.append([pk, pk])
    return runs


def unpack_ids(runs: Runs) -> list[int]:
    """Return the ids of runs, sorted."""
    return [pk for first, last in runs for pk in range(first, last + 1)]


def count_changes(action: Action, ids: list[int], value: Any) -> int:
    """Return how many of the contacts the action would change."""
    return sum(
        len(found)
        for step in _steps(ids)
        for _former, found in action.change(step, value, True)
    )


def run_bulk(job: Job, report: Callable[[int, int], None]) -> dict[str, Any]:
    """Do a bulk job; ``parameters`` are action, value, ids (runs) and filters.

    Each step of some thousand contacts is one transaction; what is done stays done if
    a later one fails. The result holds the groups for undoing, and a sentence.
    """
    action = ACTIONS[job.parameters["action"]]
    value, ids = job.parameters["value"], unpack_ids(job.parameters["ids"])
    former: dict[str, tuple[Any, list[int]]] = {}
    done = 0
    for step in _steps(ids):
        with transaction.atomic():
            for old, found in action.change(step, value, False):
                former.setdefault(repr(old), (old, []))[1].extend(found)
        done += len(step)
        report(done, len(ids))
    changed = sum(len(found) for _old, found in former.values())
    _write_log(job, changed)
    return {
        "changed": changed,
        "groups": [[old, pack_ids(found)] for old, found in former.values()]
        if action.put_back
        else [],
        "message": describe_changed(changed),
        "url": job.parameters.get("done_url", "").replace("/0/", f"/{job.pk}/"),
    }


def undo_bulk(job: Job, by: Any) -> int:
    """Give the contacts back what they had; return how many got it back.

    Those edited since keep what they have now. Raises CrmError when it has been undone
    or cannot be.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        action = ACTIONS[job.parameters["action"]]
        if action.put_back is None or not job.result.get("groups"):
            raise CrmError(_("This cannot be undone, or has been."))
        restored = 0
        for old, runs in job.result["groups"]:
            for step in _steps(unpack_ids(runs)):
                restored += action.put_back(step, old, job.parameters["value"])
        job.result = {**job.result, "groups": [], "restored": restored}
        job.save(update_fields=["result"])
    if by:
        data = {"action": f"undo {action.name}", "count": restored}
        log(by, BULK_ACTION, user=by, data=data)
    return restored


def describe_changed(count: int) -> str:
    """Return the sentence that says how many contacts changed."""
    return ngettext(
        "%(count)s contact was changed.", "%(count)s contacts were changed.", count
    ) % {"count": count}


def _write_log(job: Job, changed: int) -> None:
    # It is no one contact's history: it stands under whoever did it.
    if job.by:
        data = {
            "action": job.parameters["action"],
            "count": changed,
            "filters": job.parameters.get("filters", ""),
        }
        log(job.by, BULK_ACTION, user=job.by, data=data)


def _steps(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), STEP):
        yield ids[start : start + STEP]


# --- Topics and segments by hand: links in a table of their own


def _link(model: type[Model], name: str, *, adds: bool):
    """Return change and put_back for a many-to-many field, from its far side's id."""
    through = getattr(model, name).through
    far = "topic" if model is Contact else "segment"

    def add(ids: list[int], value: int, count_only: bool) -> Groups:
        linked = set(
            through.objects.filter(**{far: value}, contact__in=ids).values_list(
                "contact", flat=True
            )
        )
        there = Contact.objects.filter(pk__in=ids).values_list("pk", flat=True)
        missing = [pk for pk in there if pk not in linked]
        if not count_only:
            through.objects.bulk_create(
                [through(**{f"{far}_id": value, "contact_id": pk}) for pk in missing],
                ignore_conflicts=True,
            )
        return [(None, missing)] if missing else []

    def remove(ids: list[int], value: int, count_only: bool) -> Groups:
        links = through.objects.filter(**{far: value}, contact__in=ids)
        linked = list(links.values_list("contact", flat=True))
        if not count_only:
            links.delete()
        return [(value, linked)] if linked else []

    def put_back(ids: list[int], former: Any, value: int) -> int:
        undo = remove if adds else add
        return sum(len(found) for _old, found in undo(ids, value, False))

    return (add if adds else remove), put_back


# --- Fields


def _set_language(ids: list[int], value: str, count_only: bool) -> Groups:
    changed = Contact.objects.filter(pk__in=ids).exclude(language=value)
    groups = _group(changed.values_list("language", "pk"))
    if not count_only:
        changed.update(language=value, updated_at=timezone.now())
    return groups


def _put_language_back(ids: list[int], former: str, value: str) -> int:
    rows = Contact.objects.filter(pk__in=ids, language=value)
    return rows.update(language=former, updated_at=timezone.now())


def _set_field(ids: list[int], value: dict[str, Any], count_only: bool) -> Groups:
    """Set a field of the administrator's own; ``value`` is its slug and the value."""
    field = CustomField.objects.get(slug=value["field"])
    rows = Contact.objects.filter(pk__in=ids).values_list(f"custom__{field.slug}", "pk")
    changing = [(old, pk) for old, pk in rows if old != value["value"]]
    if not count_only:
        contacts = Contact.objects.filter(pk__in=[pk for _old, pk in changing])
        put_everywhere(contacts, field, value["value"])
    return _group(changing)


def _put_field_back(ids: list[int], former: Any, value: dict[str, Any]) -> int:
    field = CustomField.objects.filter(slug=value["field"]).first()
    if field is None:
        return 0
    rows = Contact.objects.filter(pk__in=ids).values_list("pk", f"custom__{field.slug}")
    same = [pk for pk, now in rows if now == value["value"]]
    return put_everywhere(Contact.objects.filter(pk__in=same), field, former)


def _delete(ids: list[int], value: bool, count_only: bool) -> Groups:
    """Delete the contacts; with ``value`` their addresses are stopped too."""
    contacts = Contact.objects.filter(pk__in=ids)
    found = list(contacts.values_list("pk", "address_hash"))
    if not count_only:
        if value:
            Suppression.objects.bulk_create(
                [
                    Suppression(
                        address_hash=address_hash, reason=SuppressionReason.MANUAL
                    )
                    for _pk, address_hash in found
                ],
                ignore_conflicts=True,
            )
        drop_copies()
        contacts.delete()
    return [(None, [pk for pk, _hash in found])] if found else []


def _group(rows: Iterable[tuple[Any, int]]) -> Groups:
    groups: dict[str, tuple[Any, list[int]]] = {}
    for old, pk in rows:
        groups.setdefault(repr(old), (old, []))[1].append(pk)
    return list(groups.values())


CHANGE = ("crm.change_contact",)
BY_HAND = ("crm.change_contact", "crm.change_segment")
ACTIONS = {
    action.name: action
    for action in (
        Action(
            "add_topic",
            gettext_lazy("Add a topic"),
            CHANGE,
            *_link(Contact, "topics", adds=True),
        ),
        Action(
            "remove_topic",
            gettext_lazy("Take a topic away"),
            CHANGE,
            *_link(Contact, "topics", adds=False),
        ),
        Action(
            "set_language",
            gettext_lazy("Set the language"),
            CHANGE,
            _set_language,
            _put_language_back,
        ),
        Action(
            "add_to_segment",
            gettext_lazy("Add to a segment by hand"),
            BY_HAND,
            *_link(Segment, "added", adds=True),
        ),
        Action(
            "take_from_segment",
            gettext_lazy("No longer add to a segment by hand"),
            BY_HAND,
            *_link(Segment, "added", adds=False),
        ),
        Action(
            "leave_out",
            gettext_lazy("Leave out of a segment by hand"),
            BY_HAND,
            *_link(Segment, "excluded", adds=True),
        ),
        Action(
            "let_in",
            gettext_lazy("No longer leave out of a segment by hand"),
            BY_HAND,
            *_link(Segment, "excluded", adds=False),
        ),
        Action(
            "set_field",
            gettext_lazy("Fill a field of our own"),
            CHANGE,
            _set_field,
            _put_field_back,
        ),
        Action(
            "delete",
            gettext_lazy("Delete the contacts"),
            ("crm.delete_contact",),
            _delete,
        ),
    )
}


def may_do(user: Any, action: Action) -> bool:
    """Say whether the user may do that to contacts."""
    return user.has_perms(action.permissions)


def choose_values(action: Action) -> QuerySet | None:
    """Return what an action's value is chosen from; None where it is not from a table."""
    if "topic" in action.name:
        return Topic.objects.all()
    if action.permissions == BY_HAND:
        return Segment.objects.all()
    return None
