"""Pictures in folders of the test's own."""

from io import BytesIO

import pytest
from django.core.files.images import ImageFile
from PIL import Image as Pillow
from wagtail.images import get_image_model


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    """Return the folder of the file server, empty."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.PUBLIC_MEDIA_ROOT = tmp_path / "media"
    return settings.PUBLIC_MEDIA_ROOT


@pytest.fixture
def picture(db):
    """Return an image that nothing uses yet."""
    content = BytesIO()
    Pillow.new("RGB", (60, 30), "green").save(content, "PNG")
    return get_image_model().objects.create(
        title="Torget", file=ImageFile(content, name="torget.png")
    )
