"""How long the preview takes after a pause in typing: ``make bench-preview``.

The largest document of the demo, as the editor's script posts it: Wagtail keeps the form
(POST), then shows it (GET). Beside it the same with nothing shown, which is what Wagtail
itself needs to read the form. In turns, with the median of each.
"""

import statistics
import sys
import time
from collections.abc import Callable
from unittest import mock

import django
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.test import Client

ROUNDS = 15
MODES = {"web page": "", "mail": "html", "plain text": "text"}
BARE = "nothing: Wagtail reads the form"


def main() -> None:
    """Print milliseconds by the clock and of the processor, for each way to look at it."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- after setup

    from newsletter.models import NewsPage  # noqa: PLC0415 -- after setup

    client = Client()
    client.force_login(get_user_model().objects.get(username="editor"))
    page = max(NewsPage.objects.all(), key=lambda item: len(str(item.body.raw_data)))
    form = fill_form(client, page)
    address = f"/admin/pages/{page.pk}/edit/preview/"
    assert client.post(address, form).json()["is_valid"]

    def look(mode: str) -> None:
        client.post(address, form)
        assert client.get(address, {"mode": mode}).status_code == 200

    def look_at_nothing() -> None:
        with mock.patch.object(NewsPage, "serve_preview", show_nothing):
            look("")

    ways: dict[str, Callable[[], None]] = {BARE: look_at_nothing}
    ways |= {name: lambda mode=mode: look(mode) for name, mode in MODES.items()}
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _round in range(ROUNDS):
        for name, way in ways.items():
            measured[name].append(measure(way))
    say(f"{page.title}, {len(page.body)} blocks; {ROUNDS} rounds\n")
    say("| shown | clock, ms | processor, ms |\n|---|---|---|")
    for name, rows in measured.items():
        clock, processor = (statistics.median(kind) for kind in zip(*rows, strict=True))
        say(f"| {name} | {clock:.0f} | {processor:.0f} |")


def show_nothing(page, request, mode_name):
    """Stand in for the item's preview."""
    return HttpResponse(page.title)


def measure(way: Callable[[], None]) -> tuple[float, float]:
    """Return the milliseconds that it takes: by the clock, and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    way()
    return (
        1000 * (time.perf_counter() - clock),
        1000 * (time.process_time() - processor),
    )


def fill_form(client: Client, page) -> QueryDict:
    """Return what the editor posts of an item's newest version."""
    from wagtail.test.utils.form_data import (  # noqa: PLC0415 -- after setup
        querydict_from_html,
    )

    html = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    form = querydict_from_html(html, form_id="page-edit-form")
    # The content is drawn by a script, so it is not in the HTML.
    body = page.get_latest_revision_as_object().body
    fill_block(form, "body", body.stream_block, body)
    return form


def fill_block(form: QueryDict, name: str, block, value) -> None:
    """Write a block's value into ``form`` under ``name``, as Wagtail's script does."""
    from wagtail import blocks  # noqa: PLC0415 -- after setup

    if isinstance(block, blocks.StructBlock):
        for key, child in block.child_blocks.items():
            fill_block(form, f"{name}-{key}", child, value.get(key))
    elif isinstance(block, blocks.StreamBlock):
        fill_list(form, name, [(c.block_type, c.block, c.value) for c in value])
    elif isinstance(block, blocks.ListBlock):
        fill_list(form, name, [("", block.child_block, item) for item in value])
    elif isinstance(block, blocks.FieldBlock):
        fill_field(form, name, block.get_form_state(value))


def fill_list(form: QueryDict, name: str, children: list[tuple]) -> None:
    """Write the children of a list with their order and kinds."""
    form[f"{name}-count"] = str(len(children))
    for number, (kind, block, value) in enumerate(children):
        place = f"{name}-{number}"
        form.update({f"{place}-deleted": "", f"{place}-order": str(number)})
        form.update({f"{place}-type": kind, f"{place}-id": ""})
        fill_block(form, f"{place}-value", block, value)


def fill_field(form: QueryDict, name: str, state) -> None:
    """Write one field; choosers hold a number, boxes that are not ticked say nothing."""
    chosen = state.get("id") if isinstance(state, dict) else state
    if isinstance(chosen, list):
        form.setlist(name, [str(one) for one in chosen])
    elif chosen is True:
        form[name] = "on"
    elif chosen is not False:
        form[name] = "" if chosen is None else str(chosen)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    django.setup()
    connection.creation.create_test_db(verbosity=0)
    call_command("load_demo", verbosity=0, force=True)
    main()
