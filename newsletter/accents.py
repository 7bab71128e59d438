"""An accent colour shown and measured beside the field in which it is chosen."""

from typing import Any

from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from wagtail.admin.panels import Panel

from newsletter.colours import (
    LEAST_ON_BUTTON,
    LEAST_ON_PAPER,
    measure_dark,
    measure_light,
)
from newsletter.looks import ACCENT


class AccentPanel(Panel):
    """Shows the accent as links and button, with what it measures.

    ``url_name`` is the view that answers with the sample of a colour (``show_sample``),
    for whoever may change the thing.
    """

    def __init__(self, url_name: str, **kwargs):
        super().__init__(**kwargs)
        self.url_name = url_name

    def clone_kwargs(self):
        return {**super().clone_kwargs(), "url_name": self.url_name}

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/newsletter/accent_panel.html"

        @property
        def media(self):
            return Media(
                css={"all": ["newsletter/css/accent.css"]},
                js=["newsletter/js/accent.js"],
            )

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            return {
                **context,
                **describe_accent(self.instance.accent),
                "sample_url": reverse(self.panel.url_name),
            }


def show_sample(request: HttpRequest) -> HttpResponse:
    """Answer with the sample of ``?accent=``, for the form it is chosen in."""
    accent = request.GET.get("accent", "").strip().lower()
    return render(
        request, "cms/newsletter/includes/accent_sample.html", describe_accent(accent)
    )


def describe_accent(accent: str) -> dict[str, Any]:
    """Return what the sample says of a colour; no measures for what is no colour."""
    if not ACCENT.match(accent):
        return {"measures": []}
    return {
        "measures": [measure_light(accent), measure_dark(accent)],
        "least_on_paper": LEAST_ON_PAPER,
        "least_on_button": LEAST_ON_BUTTON,
    }
