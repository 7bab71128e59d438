"""The columns of listings: what they draw is what Wagtail's own would have drawn."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.template import Context
from django.utils import timezone, translation
from wagtail.admin.ui import tables
from wagtail.admin.widgets.button import Button, ButtonWithDropdown

from crm.viewsets import columns

HOSTILE = '<b>O\'Hara & "co"</b>'


class Row(SimpleNamespace):
    def __str__(self):
        return self.name


def draw(column, row):
    """Return the tags, attributes and words of the cell, as a browser reads them."""
    table = tables.Table([column], [row])
    context = Context({"table": table, "row": next(iter(table.rows))})
    cell = BeautifulSoup(column.render_cell_html(row, context), "html.parser")
    return [
        (tag.name, tag.attrs, " ".join(tag.text.split())) for tag in cell.select("*")
    ]


@pytest.mark.parametrize("value", [HOSTILE, "", "  ", None, 12345, date(2026, 3, 1)])
def test_text_is_drawn_as_wagtail_does(value):
    row = Row(value=value)

    assert draw(columns.Column("value", classname="wide"), row) == draw(
        tables.Column("value", classname="wide"), row
    )


@pytest.mark.parametrize("value", [True, False])
def test_tick_is_drawn_as_wagtail_does_each_time(value):
    column = columns.BooleanColumn("value")
    wanted = draw(tables.BooleanColumn("value"), Row(value=value))

    assert [draw(column, Row(value=value)) for _time in range(2)] == [wanted, wanted]


@pytest.mark.parametrize("is_strong", [True, False])
def test_status_is_drawn_as_wagtail_does(is_strong):
    row = Row(value=HOSTILE)

    def primary(row):
        return is_strong

    ours = draw(columns.StatusTagColumn("value", primary=primary), row)
    theirs = draw(tables.StatusTagColumn("value", primary=primary), row)
    assert ours == theirs


@pytest.mark.parametrize(
    "moment", [None, datetime(2026, 3, 1, 22, 30, 5, tzinfo=UTC), "now"]
)
def test_moment_is_drawn_as_wagtail_does(moment):
    row = Row(at=timezone.now() if moment == "now" else moment)

    with translation.override("sv"):
        ours = draw(columns.MomentColumn("at"), row)
        assert ours == draw(tables.DateColumn("at"), row)


def test_day_is_a_date_in_the_office_time():
    with translation.override("sv"):
        cell = draw(
            columns.DayColumn("at"),
            Row(at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC)),
        )

    assert cell == [("td", {"class": ["register-table__day"]}, "2026-03-02")]


@pytest.mark.parametrize("url", ["/somewhere/?a=1&b=2", None])
def test_title_and_menu_are_drawn_as_wagtail_does(url):
    def list_buttons(row):
        edit = Button("Edit", url=f"/edit/{row.pk}/", icon_name="edit")
        attrs = {"aria-label": f"More options for '{row}'"}
        return [ButtonWithDropdown(buttons=[edit], attrs=attrs)]

    class Wagtails(tables.ButtonsColumnMixin, tables.TitleColumn):
        def get_buttons(self, instance, parent_context):
            return list_buttons(instance)

    ours = columns.TitleColumn(
        "name", get_url=lambda row: url, list_buttons=list_buttons
    )
    theirs = Wagtails("name", get_url=lambda row: url)
    rows = [Row(pk=7, name=HOSTILE), Row(pk=8, name="Åsa"), Row(pk=9, name="")]

    assert [draw(ours, row) for row in rows] == [draw(theirs, row) for row in rows]
