"""The file server's folder: pictures that everybody may see, laid there when asked for.

It is a cache: all of it may be deleted at any time, and fills again.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils._os import safe_join
from wagtail.images.models import Rendition


def lay_out(name: str) -> None:
    """Put a stored picture into the file server's folder, under the same name."""
    source, target = Path(default_storage.path(name)), _find_place(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        try:
            os.link(source, target)
        except OSError as error:
            if isinstance(error, FileExistsError):
                raise
            _copy(source, target)  # the two folders are on different disks


def take_out(names: Iterable[str]) -> None:
    """Take pictures out of the file server's folder; those not there are passed over."""
    for name in names:
        _find_place(name).unlink(missing_ok=True)


def take_out_images(image_ids: Iterable[int]) -> None:
    """Take out every size of some images."""
    sizes = Rendition.objects.filter(image_id__in=list(image_ids))
    take_out(sizes.values_list("file", flat=True))


def take_out_all() -> None:
    """Empty the file server's folder."""
    shutil.rmtree(settings.PUBLIC_MEDIA_ROOT, ignore_errors=True)


def _find_place(name: str) -> Path:
    return Path(safe_join(settings.PUBLIC_MEDIA_ROOT, name))


def _copy(source: Path, target: Path) -> None:
    # Under another name first: the file server must not hand out half a picture.
    part = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, part)
    part.replace(target)
