"""What can be done to many contacts, each with how it is taken back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy

from crm.choices import SuppressionReason
from crm.copies import drop_copies
from crm.custom_updates import put_everywhere
from crm.models import Contact, CustomField, Segment, Suppression, Topic

# What contacts had before: (former value, ids of those that changed).
Groups = list[tuple[Any, list[int]]]
Change = Callable[[list[int], Any, bool], Groups]
PutBack = Callable[[list[int], Any, Any], int]


@dataclass(frozen=True)
class Action:
    """One thing that can be done to many contacts.

    ``change(ids, value, count_only)`` returns the groups; with ``count_only`` it changes
    nothing. ``put_back(ids, former, value)`` returns how many got the former value back;
    without it the action cannot be undone. ``permissions`` are all needed. The value is
    the id of a row of ``model``, where there is one.
    """

    name: str
    label: Any
    permissions: tuple[str, ...]
    change: Change
    put_back: PutBack | None = None
    model: type[Model] | None = None


def may_do(user: Any, action: Action) -> bool:
    """Say whether the user may do that to contacts."""
    return user.has_perms(action.permissions)


# --- Topics and segments by hand: links in a table of their own


def _link(owner: type[Model], name: str, *, adds: bool) -> tuple[Change, PutBack]:
    """Return change and put_back for a many-to-many field, from its far side's id."""
    through = getattr(owner, name).through
    far = "topic" if owner is Contact else "segment"

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


def _topics(name: str, label: Any, *, adds: bool) -> Action:
    return Action(name, label, CHANGE, *_link(Contact, "topics", adds=adds), Topic)


def _by_hand(name: str, label: Any, field: str, *, adds: bool) -> Action:
    return Action(name, label, BY_HAND, *_link(Segment, field, adds=adds), Segment)


ACTIONS = {
    action.name: action
    for action in (
        _topics("add_topic", gettext_lazy("Add a topic"), adds=True),
        _topics("remove_topic", gettext_lazy("Take a topic away"), adds=False),
        Action(
            "set_language",
            gettext_lazy("Set the language"),
            CHANGE,
            _set_language,
            _put_language_back,
        ),
        _by_hand(
            "add_to_segment",
            gettext_lazy("Add to a segment by hand"),
            "added",
            adds=True,
        ),
        _by_hand(
            "take_from_segment",
            gettext_lazy("No longer add to a segment by hand"),
            "added",
            adds=False,
        ),
        _by_hand(
            "leave_out",
            gettext_lazy("Leave out of a segment by hand"),
            "excluded",
            adds=True,
        ),
        _by_hand(
            "let_in",
            gettext_lazy("No longer leave out of a segment by hand"),
            "excluded",
            adds=False,
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
