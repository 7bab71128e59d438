"""The editor's form of an item: what is named in it was its writer's to choose."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks.base import BlockWidget
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.permissions import policy_registry

from crm.choosing import may_choose
from crm.models import (
    Contact,
    Event,
    MediaItem,
    Network,
    Organisation,
    Publication,
    Seat,
)
from newsletter.choices import NewsKind

REGISTER = (Contact, Event, MediaItem, Network, Organisation, Publication, Seat)
# Fields of the form that name one thing.
CHOSEN = ("event", "network", "newsletter_recipients")
# So many versions are looked through for something that an older one named.
VERSIONS = 50

# A model, and the number of one row as text.
Reference = tuple[type, str]


class ContentWidget(BlockWidget):
    """Reads the posted content, unless it names what its writer may not choose.

    A chooser's number can be posted by hand, and what it stands for would be shown:
    in the preview, on the page, and in the form that tells of the error. So the form
    has what was stored before instead.
    """

    def __init__(self, block, *, stored: Any, user: Any, page: Any):
        super().__init__(block)
        self.stored, self.user, self.page = stored, user, page
        self.has_refused = False

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        refused = find_refused(self.user, find_references(value))
        # What the content named before stays, and one may go back to older versions.
        if refused:
            refused -= find_references(self.stored)
        if refused:
            refused -= find_earlier(self.page, name)
        self.has_refused = bool(refused)
        return self.stored if refused else value


class NewsPageForm(WagtailAdminPageForm):
    """Refuses what its writer may not choose; offers no kind that is not an item's."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = NewsKind.of_items()
        if "body" in self.fields:
            field = self.fields["body"]
            field.widget = ContentWidget(
                field.block,
                stored=self.instance.body,
                user=self.for_user,
                page=self.instance,
            )

    def clean(self):
        cleaned = super().clean()
        if "body" in self.fields and self.fields["body"].widget.has_refused:
            self.add_error("body", _say_refused())
        for name in CHOSEN:
            self._refuse_chosen(name, cleaned.get(name))
        return cleaned

    def _refuse_chosen(self, name: str, chosen: Any) -> None:
        before = self.initial.get(name)
        if chosen is None or chosen.pk == before:
            return
        if not may_choose(self.for_user, type(chosen)):
            self.data = self.data.copy()
            self.data[self.add_prefix(name)] = before or ""
            self.add_error(name, _say_refused())


def find_references(value: Any) -> set[Reference]:
    """Return what the content names: rows of the register, pictures, documents, pages."""
    block = value.stream_block
    return {(model, str(pk)) for model, pk, *_path in block.extract_references(value)}


def find_refused(user: Any, named: Iterable[Reference]) -> set[Reference]:
    """Return what of ``named`` the user would not find in its chooser."""
    by_model: dict[type, set[str]] = {}
    for model, pk in named:
        by_model.setdefault(model, set()).add(pk)
    return {
        (model, pk)
        for model, pks in by_model.items()
        for pk in _find_hidden(user, model, pks)
    }


def find_earlier(page: Any, field: str) -> set[Reference]:
    """Return what earlier versions of the page name: one may go back to them."""
    if not page.pk:
        return set()
    versions = page.revisions.order_by("-pk")[:VERSIONS]
    return {
        reference
        for revision in versions
        for reference in find_references(getattr(revision.as_object(), field))
    }


def _find_hidden(user: Any, model: Any, pks: set[str]) -> set[str]:
    if model in REGISTER:
        return set() if may_choose(user, model) else pks
    if model in (get_image_model(), get_document_model()):
        policy = policy_registry.get_by_type(model)
        open_to = policy.instances_user_has_permission_for(user, "choose")
        seen = open_to.filter(pk__in=pks).values_list("pk", flat=True)
        return pks - {str(pk) for pk in seen}
    return set()


def _say_refused() -> ValidationError:
    return ValidationError(
        _(
            "This names something that you may not choose. Here is what was saved last; "
            "ask somebody who keeps the register."
        )
    )
