"""The only module that loads WeasyPrint; ``python -m home.pdf.drawing`` is its own process.

``home.pdf.process`` starts it, gives it a document and answers what it asks for. It has no
Django, no database and no address to open: every file it needs comes through the pipe.
"""

import signal
import sys

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from home.pdf.talking import SECONDS, read_message, write_message

# ISO 14289-1: tagged, with title and language.
VARIANT = "pdf/ua-1"
DOTS_PER_INCH = 200


class OtherFiles(URLFetcher):
    """Asks whoever started this process for each file; what it refuses is left out."""

    def fetch(self, url, headers=None):
        write_message(sys.stdout.buffer, {"read": url})
        answer, content = read_message(sys.stdin.buffer)
        if "kind" not in answer:
            raise ValueError(url)
        return URLFetcherResponse(url, content, {"Content-Type": answer["kind"]})


def draw_pdf(html: str, styles: str, *, site: str, folder: str) -> bytes:
    """Return the document with those styles as a tagged PDF.

    Addresses in the document are read as from ``site``, those in the styles from ``folder``.
    """
    fonts, files = FontConfiguration(), OtherFiles()
    # Styles as a string: a storage may keep their file under another name.
    sheet = CSS(string=styles, base_url=folder, url_fetcher=files, font_config=fonts)
    return HTML(string=html, base_url=site, url_fetcher=files).write_pdf(
        stylesheets=[sheet],
        font_config=fonts,
        pdf_variant=VARIANT,
        optimize_images=True,
        dpi=DOTS_PER_INCH,
    )


def main() -> None:
    """Read one document, draw it, write the PDF."""
    # Whoever started this may have died: the system ends it then.
    signal.alarm(2 * SECONDS)
    job, html = read_message(sys.stdin.buffer)
    pdf = draw_pdf(html.decode(), job["styles"], site=job["site"], folder=job["folder"])
    write_message(sys.stdout.buffer, {"done": True}, pdf)


if __name__ == "__main__":
    main()
