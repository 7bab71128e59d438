"""Takes pictures out of the file server's folder when somebody may no longer see them.

Rather too often than too seldom: what everybody may still see is laid there again when
it is next asked for. All of it after the commit, since a request that comes between
would lay out what was still open then.
"""

from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.images.models import Image, Rendition
from wagtail.models import Page, PageViewRestriction, ReferenceIndex
from wagtail.signals import page_published, page_unpublished, post_page_move

from home.pictures.layout import take_out, take_out_all, take_out_images


def watch_pictures() -> None:
    """Listen to whatever can narrow down who may see a picture."""
    page_published.connect(_look_at_page)
    page_unpublished.connect(_look_at_page)
    post_delete.connect(_look_at_reference, sender=ReferenceIndex)
    post_delete.connect(_forget_size, sender=Rendition)
    post_page_move.connect(_begin_anew)
    for signal in (post_save, post_delete):
        signal.connect(_begin_anew, sender=PageViewRestriction)


def _look_at_page(instance: Page, **_signal: Any) -> None:
    shown = ReferenceIndex.get_references_for_object(instance)
    shown = shown.filter(to_content_type=_image_type())
    keys = [int(key) for key in shown.values_list("to_object_id", flat=True)]
    transaction.on_commit(partial(take_out_images, keys))


def _look_at_reference(instance: ReferenceIndex, **_signal: Any) -> None:
    """Something does not show a picture any more."""
    if instance.to_content_type_id == _image_type().pk:
        keys = [int(instance.to_object_id)]
        transaction.on_commit(partial(take_out_images, keys))


def _forget_size(instance: Rendition, **_signal: Any) -> None:
    transaction.on_commit(partial(take_out, [instance.file.name]))


def _begin_anew(**_signal: Any) -> None:
    transaction.on_commit(take_out_all)


def _image_type() -> ContentType:
    return ContentType.objects.get_for_model(Image)
