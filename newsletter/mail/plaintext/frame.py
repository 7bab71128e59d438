"""What stands round the blocks of an item in plain text: masthead, headline, foot."""

from typing import Any

from django.utils.translation import gettext as _

from newsletter.mail.lines import HEAVY, LIGHT, join_parts, shout, wrap


def write_head(letter: dict[str, Any]) -> str:
    """Return the masthead, the greeting and the headline."""
    kind, *rest = letter["above_title"]
    page = letter["page"]
    return join_parts(
        "\n".join([shout(letter["newsletter"].name), _dateline(letter), HEAVY]),
        f"{_('Read it on the web')}:\n{letter['web_url']}" if letter["web_url"] else "",
        "",
        _("Hello [[given_name|colleague]],"),
        "\n".join(part for part in (shout(kind), wrap(" · ".join(rest))) if part),
        f"{wrap(page.title)}\n{LIGHT}\n",
    )


def write_foot(letter: dict[str, Any]) -> str:
    """Return who sent it and why, and how to leave."""
    newsletter = letter["newsletter"]
    parts = [
        HEAVY,
        _("Why you get this"),
        wrap(f"{newsletter.reason} {letter['ground']}", "  "),
        "",
        _("Who sends it"),
        wrap(f"{newsletter.sender_name}, {newsletter.postal_address}", "  "),
        "",
        _("Choose what you get"),
        "  [[preferences_url]]",
        "",
        _("Leave this list"),
        "  [[unsubscribe_url]]",
    ]
    for other in letter["translations"]:
        parts += ["", other["text"], f"  {other['url']}"]
    return "\n\n" + "\n".join(parts) + "\n"


def _dateline(letter: dict[str, Any]) -> str:
    return " · ".join(part for part in (_("Newsletter"), letter["date"]) if part)
