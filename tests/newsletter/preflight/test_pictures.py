import pytest
from django.core.files.images import ImageFile
from PIL import Image as Pillow
from wagtail.images import get_image_model

from newsletter.preflight.rules.pictures import find_missing_descriptions
from tests.newsletter.preflight.letters import found, make_letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    path = tmp_path / "torg.png"
    Pillow.new("RGB", (4, 4), "green").save(path)
    with path.open("rb") as file:
        return get_image_model().objects.create(
            title="torg.png", file=ImageFile(file, name="torg.png")
        )


@pytest.mark.parametrize(
    ("decorative", "description", "codes"),
    [
        (False, "", ["alt"]),
        (False, "  ", ["alt"]),
        (False, "Ett torg", []),
        (True, "", []),
    ],
)
def test_picture_without_a_description_is_an_error_unless_decoration(
    picture, decorative, description, codes
):
    value = {
        "image": picture.pk,
        "decorative": decorative,
        "alt_text": description,
    }
    letter = make_letter(("image", {"image": value}))

    assert [code for code, *_ in found(find_missing_descriptions, letter)] == codes
