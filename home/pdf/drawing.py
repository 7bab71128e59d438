"""The only module that loads WeasyPrint. Import it where a PDF is made, not before."""

from collections.abc import Callable

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

# ISO 14289-1: tagged, with title and language.
VARIANT = "pdf/ua-1"
DOTS_PER_INCH = 200

# Returns content and kind for an address, or raises.
Read = Callable[[str], tuple[bytes, str]]


class OwnFiles(URLFetcher):
    """Reads what a document names by a function of ours; opens no address.

    What the function refuses is left out of the document.
    """

    def __init__(self, read: Read):
        super().__init__()
        self._read = read

    def fetch(self, url, headers=None):
        content, kind = self._read(url)
        return URLFetcherResponse(url, content, {"Content-Type": kind})


def draw_pdf(html: str, styles: str, read: Read) -> bytes:
    """Return the document with those styles as a tagged PDF."""
    site = f"{settings.SITE_URL}/"
    folder = f"{settings.SITE_URL}{settings.STATIC_URL}home/"
    fonts, files = FontConfiguration(), OwnFiles(read)
    # Styles as a string: a storage may keep their file under another name.
    sheet = CSS(string=styles, base_url=folder, url_fetcher=files, font_config=fonts)
    return HTML(string=html, base_url=site, url_fetcher=files).write_pdf(
        stylesheets=[sheet],
        font_config=fonts,
        pdf_variant=VARIANT,
        optimize_images=True,
        dpi=DOTS_PER_INCH,
    )
