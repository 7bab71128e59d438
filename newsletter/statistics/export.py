"""The report of a send as a file: the same tables as on the page, without persons."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from newsletter.choices import DeliveryState
from newsletter.models import Campaign
from newsletter.statistics.figures import Part
from newsletter.statistics.reach import count_reach
from newsletter.statistics.report import Report
from newsletter.statistics.tables import Cell, Table, write_csv, write_xlsx


def write_report_csv(
    campaign: Campaign, report: Report, conditions: list[str]
) -> bytes:
    """Return the tables one under the other, each under its name."""
    return write_csv(list_tables(campaign, report, conditions))


def write_report_xlsx(
    campaign: Campaign, report: Report, conditions: list[str]
) -> bytes:
    """Return a workbook with a sheet for each table; numbers are numbers."""
    return write_xlsx(list_tables(campaign, report, conditions))


def list_tables(
    campaign: Campaign, report: Report, conditions: list[str]
) -> Iterator[Table]:
    """Yield the tables of a report. ``conditions`` name the bits of ``shown``."""
    figures = report.figures
    yield Table(
        _("Delivery"),
        [_("State"), _("People")],
        [
            [str(DeliveryState(state).label), number]
            for state, number in figures.states.items()
        ],
    )
    yield Table(
        _("Not arrived"),
        [_("Reason"), _("Refused"), _("Returned later")],
        [[b.label, b.refused, b.returned] for b in figures.bounces],
    )
    yield Table(
        _("Letters"),
        [_("Language"), _("With blocks"), *_part_headings()],
        [
            [locale, _name_shown(shown, conditions), *_part_cells(part)]
            for (locale, shown), part in sorted(figures.variants.items())
        ],
    )
    yield Table(
        _("Destinations"),
        [_("Domain"), *_part_headings(), _("Complaints in percent")],
        [
            [domain, *_part_cells(part), round(part.complaint_share, 3)]
            for domain, part in figures.domains.items()
        ],
    )
    yield Table(
        _("Organisations"),
        [_("Organisation"), _("People"), _("Seats reached"), _("Seats")],
        [
            [str(r.organisation), r.people, r.reached, r.seats]
            # All of them: on the page there are but the largest.
            for r in count_reach(campaign, most=None).rows
        ],
    )
    yield from _list_counted(report)
    yield Table(
        _("Accepted over time"),
        [_("From"), _("Accepted"), _("Accepted until then")],
        [[_time(m.at), m.number, m.sum] for m in report.pace.moments],
    )


def _list_counted(report: Report) -> Iterator[Table]:
    """Yield the tables of the two counters, and of the earlier sends."""
    yield Table(
        _("Links"),
        [_("Link"), _("Opened"), _("Fetched by machines")],
        [[link.url, link.people, link.machines] for link in report.links],
    )
    yield Table(
        _("Visits of the page"),
        [_("Day"), _("Read"), _("Fetched by machines")],
        [[day.on.isoformat(), day.people, day.machines] for day in report.visits],
    )
    yield Table(
        _("Earlier sends"),
        [_("Send"), _("Started"), *_part_headings()],
        [
            [send.subject, _time(send.started_at), *_part_cells(send.part)]
            for send in report.earlier
        ],
    )


def _part_headings() -> list[str]:
    return [
        _("People"),
        _("Accepted"),
        _("Not arrived"),
        _("Reported as spam"),
        _("Left"),
    ]


def _part_cells(part: Part) -> list[Cell]:
    return [part.people, part.accepted, part.bounced, part.complained, part.left]


def _name_shown(shown: int, conditions: Iterable[str]) -> str:
    names = [name for bit, name in enumerate(conditions) if shown >> bit & 1]
    return ", ".join(names) or _("for everybody")


def _time(moment: datetime | None) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
