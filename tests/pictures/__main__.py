"""``python -m tests.pictures``: take all pictures and write docs/pictures/."""

import sys
import tempfile
from pathlib import Path

import django
from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.pictures import demo_site
from tests.pictures.camera import NARROW, SCHEMES, WIDE, Camera
from tests.pictures.sheets import write_sheet, write_single

TARGET = Path("docs/pictures")
TOUR_WIDTH = 1000
# How wide a picture of a window is on a sheet.
SIZES = {WIDE: 640, NARROW: 250}
SHEETS = {
    "public": ["home-sv", "archive-sv", "item-report-sv", "missing-sv", "home-en"],
    "documents": [
        *("item-invitation-sv", "item-fact_sheet-sv", "item-status_note-sv"),
        *("item-overview-sv", "digest-sv"),
    ],
    "directory": [
        *("directory-sv", "directory-organisation-sv", "directory-experts-sv"),
        *("directory-publications-en", "network-sv"),
    ],
    "readers": [
        *("search-sv", "join-errors-sv", "choices-sv", "own-data-sv", "leaving-en"),
        *("privacy-sv", "accessibility-en"),
    ],
    "composing": ["preview", "paste"],
    "mail": ["mail", "mail-text"],
    "admin": [
        *("admin-home", "contacts", "contact", "import", "segment", "item-editor"),
        *("send-tab", "send-dialog", "send-under-way", "send-finished-en", "sends"),
        *("send-page", "catcher"),
    ],
    "register": [
        *("seats-work", "succession", "network", "organisation", "imports", "merge"),
        *("segment-page", "why", "newsletter-sender"),
    ],
}
# A page of the look book, and ours that follows it, side by side on one sheet.
LOOK_BOOK = {
    "home": "home-sv",
    "article": "item-report-sv",
    "event": "item-invitation-sv",
    "directory": "directory-sv",
    "preferences": "choices-sv",
}
LOOK_BOOK_WIDTH = 560
TOUR = ["import", "segment", "item-editor", "send", "mail", "item"]


def main() -> None:
    """Start a fresh demo site, take its pictures, write the sheets, stop it.

    An argument names a directory in which every picture stays in full size.
    """
    with tempfile.TemporaryDirectory() as directory:
        demo_site.use_fresh_data(f"{directory}/var")
        django.setup()
        shots = Path(sys.argv[1] if len(sys.argv) > 1 else f"{directory}/shots")
        shots.mkdir(parents=True, exist_ok=True)
        camera = Camera(shots)
        take_pictures(camera)
        write_sheets(camera)


def take_pictures(camera: Camera) -> None:
    """Drive the way through the site."""
    from tests.pictures import tour  # noqa: PLC0415 -- its models need Django set up

    with demo_site.running_demo_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=ARGUMENTS
        )
        for take in (
            tour.take_admin,
            tour.take_register,
            tour.take_composing,
            tour.take_mail,
            # Last: it adds what no visitor of the demo has done.
            tour.take_public,
        ):
            page = browser.new_page(
                viewport={"width": WIDE[0], "height": WIDE[1]}, locale="sv-SE"
            )
            page.set_default_timeout(40_000)
            expect.set_options(timeout=20_000)
            take(page, site, camera)
            page.close()
        browser.close()


def write_sheets(camera: Camera) -> None:
    """Put the pictures together, and those of the tour one by one."""
    TARGET.mkdir(exist_ok=True)
    for sheet, names in SHEETS.items():
        sizes = {(600, 900): 450, NARROW: 250} if sheet == "mail" else SIZES
        rows = [
            [
                (camera.find(name, size, scheme), width)
                for size, width in sizes.items()
                for scheme in SCHEMES
            ]
            for name in names
        ]
        write_sheet(rows, TARGET / f"{sheet}.png")
    beside = [
        [
            (Path(__file__).parent / "look" / f"{name}.png", LOOK_BOOK_WIDTH),
            (camera.find(ours, WIDE, "light"), LOOK_BOOK_WIDTH),
        ]
        for name, ours in LOOK_BOOK.items()
    ]
    write_sheet(beside, TARGET / "look-book.png")
    for name in TOUR:
        source = camera.find(f"tour-{name}", WIDE, "light")
        write_single(source, TOUR_WIDTH, TARGET / f"tour-{name}.png")


if __name__ == "__main__":
    main()
