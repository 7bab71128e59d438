"""What a page needs to show the timeline of a thing, filtered and paged by its address."""

from typing import Any

from django.http import HttpRequest

from crm.choices import InteractionKind
from crm.note_forms import NoteForm
from crm.timeline import Entry, list_kinds, read_timeline
from crm.views.notes import PERMISSIONS, may_change

# So many entries are seen at a glance: nobody needs to choose among them.
FEW = 3


def show_timeline(
    request: HttpRequest, *, note_url: str = "", **about: Any
) -> dict[str, Any]:
    """Return the context of cms/crm/includes/timeline.html for one thing.

    ``about`` is contact, organisation or seat. ``note_url`` is where a new note goes;
    with it, those who may are offered the form.
    """
    kinds = list_kinds()
    chosen = request.GET.get("kind", "")
    chosen = chosen if chosen in kinds else ""
    number = request.GET.get("p", "")
    page = read_timeline(
        **about, kind=chosen, page=int(number) if number.isdecimal() else 1
    )
    may_write = bool(note_url) and request.user.has_perms(PERMISSIONS)
    form = NoteForm(initial={"kind": InteractionKind.NOTE}) if may_write else None
    return {
        "timeline": page,
        "timeline_rows": [(entry, _may_edit(request, entry)) for entry in page.entries],
        "timeline_is_long": bool(chosen or page.number > 1 or len(page.entries) > FEW),
        "timeline_kinds": sorted(
            ((kind, str(label)) for kind, label in kinds.items()),
            key=lambda kind: kind[1].casefold(),
        ),
        "timeline_kind": chosen,
        "timeline_older": page.number + 1 if page.has_more else None,
        "timeline_newer": page.number - 1,
        "note_url": note_url if may_write else "",
        "note_form": form,
        "form_media": form.media if form else "",
    }


def _may_edit(request: HttpRequest, entry: Entry) -> bool:
    return bool(entry.edit_url) and may_change(request.user, entry.owner_id)
