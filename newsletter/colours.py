"""Colours of a letter and whether they can be read (WCAG 2.2, contrast). Pure."""

import colorsys
from dataclasses import dataclass

PAPER, DARK_PAPER = "#fcfcfa", "#101715"
DEFAULT_ACCENT, DEFAULT_DARK_ACCENT = "#0f4a40", "#8fd3c0"
# The accent is the colour of links in running text, and the ground of the button.
LEAST_ON_PAPER = 7.0
LEAST_ON_BUTTON = 4.5
# Lighter than need be, so that thin letters hold on a dark ground.
DARK_GOAL = 9.0


@dataclass(frozen=True)
class Measure:
    """An accent in one scheme: on its paper, and under its button's words."""

    paper: str
    accent: str

    @property
    def on_paper(self) -> float:
        return contrast(self.accent, self.paper)

    @property
    def on_button(self) -> float:
        """The button's words have the colour of the paper."""
        return contrast(self.paper, self.accent)

    @property
    def is_readable(self) -> bool:
        return self.on_paper >= LEAST_ON_PAPER and self.on_button >= LEAST_ON_BUTTON


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours like "#0f4a40", from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def measure_light(accent: str) -> Measure:
    """Return what an accent measures on light paper."""
    return Measure(PAPER, accent)


def measure_dark(accent: str) -> Measure:
    """Return what stands for an accent on dark paper, and what that measures."""
    return Measure(DARK_PAPER, lighten(accent))


def lighten(accent: str) -> str:
    """Return the accent of the dark scheme: the same hue, as light as it must be."""
    if accent == DEFAULT_ACCENT:
        return DEFAULT_DARK_ACCENT
    hue, lightness, saturation = colorsys.rgb_to_hls(*_read(accent))
    # A bright colour glares on a dark ground.
    saturation = min(saturation, 0.6)
    for percent in range(max(50, round(lightness * 100)), 101):
        light = _write(colorsys.hls_to_rgb(hue, percent / 100, saturation))
        if contrast(light, DARK_PAPER) >= DARK_GOAL:
            return light
    return PAPER


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _read(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _read(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _write(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
