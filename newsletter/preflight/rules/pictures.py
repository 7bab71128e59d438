"""Rules about pictures."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.choices import Severity
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter


def find_missing_descriptions(letter: Letter) -> Iterator[Finding]:
    """A picture without a description that is not marked as decoration."""
    for block in letter.find("image"):
        image = block.value["image"]
        if image is None:
            yield Finding(
                "no_picture",
                Severity.ERROR,
                _("The picture is missing"),
                _("Choose a picture, or take the block away."),
                block.id,
                block.place,
            )
        elif not image.decorative and not (image.contextual_alt_text or "").strip():
            yield Finding(
                "alt",
                Severity.ERROR,
                _("The picture has no description"),
                _(
                    "Say what it shows, for those who do not see it, or mark it as "
                    "decoration."
                ),
                block.id,
                block.place,
                str(image.pk),
            )
