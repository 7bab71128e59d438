"""Taking a screen in every look: wide and narrow, light and dark."""

from pathlib import Path

from playwright.sync_api import Page

WIDE, NARROW = (1280, 900), (360, 800)
LOOKS = [(size, scheme) for size in (WIDE, NARROW) for scheme in ("light", "dark")]
SCHEMES = ("light", "dark")
# A sheet shows the beginning of a long page.
MAX_HEIGHT = 1400


class Camera:
    """Keeps what it takes in a directory, as ``<name>-<width>-<scheme>.png``."""

    def __init__(self, directory: Path):
        self._directory = directory

    def find(self, name: str, size: tuple[int, int], scheme: str) -> Path:
        """Return the file of a picture, taken or not."""
        return self._directory / f"{name}-{size[0]}-{scheme}.png"

    def take(
        self, page: Page, name: str, *, looks=LOOKS, whole=False, settle=500
    ) -> None:
        """Take what the page shows now in every look; leave it wide and light.

        ``whole`` takes the page down to MAX_HEIGHT, otherwise what the window shows.
        ``settle`` is how many milliseconds a change of look takes.
        """
        for size, scheme in looks:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.emulate_media(color_scheme=scheme)
            # Wagtail fades from one colour and one place to the next.
            page.wait_for_timeout(settle)
            path = self.find(name, size, scheme)
            if whole:
                height = page.evaluate("document.documentElement.scrollHeight")
                clip = {
                    "x": 0,
                    "y": 0,
                    "width": size[0],
                    "height": min(height, MAX_HEIGHT),
                }
                page.screenshot(path=path, full_page=True, clip=clip)
            else:
                page.screenshot(path=path)
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        page.emulate_media(color_scheme="light")

    def take_one(self, page: Page, name: str) -> None:
        """Take the window as it is, for a picture that stands alone."""
        page.wait_for_timeout(500)
        page.screenshot(path=self.find(name, WIDE, "light"))
