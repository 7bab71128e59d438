"""What an accent and a logo must be, in letters and on the public site."""

import re

from django.utils.translation import gettext

from newsletter.colours import LEAST_ON_PAPER, measure_dark, measure_light

ACCENT = re.compile(r"^#[0-9a-f]{6}\Z")
LARGEST_LOGO_SIDE = 4000
LARGEST_LOGO_BYTES = 3 * 1024 * 1024


def find_accent_fault(accent: str) -> str:
    """Return why a colour cannot be an accent, in a sentence; "" when it can."""
    if not ACCENT.match(accent):
        # The field says so itself.
        return ""
    measured = measure_light(accent)
    if measured.is_readable and measure_dark(accent).is_readable:
        return ""
    return gettext(
        "On paper it has a contrast of %(ratio)s to 1; links need %(least)s. "
        "Choose a darker colour."
    ) % {"ratio": f"{measured.on_paper:.1f}", "least": f"{LEAST_ON_PAPER:.0f}"}


def find_logo_fault(logo) -> str:
    """Return why a picture cannot be a logo, in a sentence; "" when it can."""
    if max(logo.width, logo.height) > LARGEST_LOGO_SIDE:
        return gettext(
            "The picture is %(width)s by %(height)s pixels. Choose one of at most "
            "%(most)s a side."
        ) % {"width": logo.width, "height": logo.height, "most": LARGEST_LOGO_SIDE}
    if (logo.get_file_size() or 0) > LARGEST_LOGO_BYTES:
        return gettext("The file is larger than %(most)s MB. Choose a smaller one.") % {
            "most": LARGEST_LOGO_BYTES // 1024**2
        }
    if not logo.description.strip():
        return gettext(
            "The picture has no description. Write one under Images: who does not see "
            "the picture reads it instead."
        )
    return ""


def find_letter_logo_fault(logo) -> str:
    """Return why a picture cannot be a letter's logo, in a sentence; "" when it can."""
    if logo.is_svg():
        return gettext("Mail programmes cannot show SVG. Choose a PNG or a JPEG.")
    return find_logo_fault(logo)
