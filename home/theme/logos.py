"""The site's logo as its pages show it."""

from dataclasses import dataclass

from wagtail.images.models import SourceImageIOError

from home.models import SiteTheme

# Twice as fine as it is shown, for fine screens; PNG keeps what is transparent.
LOGO_FILTER = "max-480x104|format-png"


@dataclass(frozen=True)
class Logo:
    """Where the picture is, what it says, and how large it is shown."""

    url: str
    alt: str
    width: int
    height: int


def describe_logo(theme: SiteTheme | None) -> Logo | None:
    """Return the logo of a site; None without one, or when its file is gone."""
    if theme is None or theme.logo is None:
        return None
    try:
        picture = theme.logo.get_rendition(LOGO_FILTER)
    except (OSError, SourceImageIOError):
        # The name in the head says whose site it is.
        return None
    return Logo(
        url=picture.url,
        alt=theme.logo.description,
        width=max(1, round(picture.width / 2)),
        height=max(1, round(picture.height / 2)),
    )
