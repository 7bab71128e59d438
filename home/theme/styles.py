"""The lines of CSS that give the public site another accent. Pure."""

from hashlib import sha256

from newsletter.colours import DEFAULT_ACCENT, measure_dark, measure_light
from newsletter.looks import ACCENT


def write_styles(accent: str) -> str:
    """Return CSS for an accent like "#0f4a40" in both schemes; print stays black."""
    light, dark = measure_light(accent), measure_dark(accent)
    return (
        "@media screen {"
        f" :root {{ --accent: {light.accent}; --on-accent: {light.paper}; }}"
        " @media (prefers-color-scheme: dark) {"
        f" :root {{ --accent: {dark.accent}; --on-accent: {dark.paper}; }} }} }}\n"
    )


def name_styles(accent: str) -> str:
    """Return the name of an accent's CSS, such as "7a1f3d-1a2b3c4d"; "" for the default.

    The second part is of what it says: a new version of ours has a new name.
    """
    if accent == DEFAULT_ACCENT or not ACCENT.match(accent):
        return ""
    digest = sha256(write_styles(accent).encode()).hexdigest()
    return f"{accent[1:]}-{digest[:8]}"
