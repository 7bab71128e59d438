"""The counted part of a large send's report, as JSON in the database.

Counting a million rows takes seconds. A worker does it (``recounting``), pages read.
"""

from dataclasses import asdict, astuple
from datetime import datetime, timedelta
from typing import Any

from crm.models import Organisation
from newsletter.models import Campaign, CountedReport
from newsletter.statistics.figures import Bounces, Figures, Part
from newsletter.statistics.pace import Moment, Pace
from newsletter.statistics.reach import Reach, ReachList


def keep_counted(
    campaign: Campaign, figures: Figures, pace: Pace, reach: ReachList
) -> None:
    """Write what was counted of a send in the place of what was kept before."""
    CountedReport.objects.update_or_create(
        campaign=campaign,
        defaults={
            "state": campaign.state,
            "counted_at": figures.counted_at,
            "whole": astuple(figures.whole),
            "figures": {
                "figures": _write_figures(figures),
                "pace": _write_pace(pace),
                "reach": _write_reach(reach),
            },
        },
    )


def read_counted(campaign: Campaign) -> tuple[Figures, Pace, ReachList] | None:
    """Return what is kept of a send, or None; at most two queries."""
    kept = CountedReport.objects.filter(campaign=campaign).first()
    if kept is None:
        return None
    return (
        _read_figures(kept.figures["figures"], kept.whole, kept.counted_at),
        _read_pace(kept.figures["pace"]),
        _read_reach(kept.figures["reach"]),
    )


def read_wholes(campaign_ids: list[int]) -> dict[int, Part]:
    """Return the kept sums of those sends that have any; one query."""
    kept = CountedReport.objects.filter(campaign__in=campaign_ids)
    return {pk: Part(*whole) for pk, whole in kept.values_list("campaign", "whole")}


def _write_figures(figures: Figures) -> dict[str, Any]:
    return {
        "states": figures.states,
        "bounces": [astuple(bounces) for bounces in figures.bounces],
        "variants": [
            [locale, shown, *astuple(part)]
            for (locale, shown), part in figures.variants.items()
        ],
        "domains": {name: astuple(part) for name, part in figures.domains.items()},
        "first": _write_time(figures.first_accepted_at),
        "last": _write_time(figures.last_accepted_at),
    }


def _read_figures(
    data: dict[str, Any], whole: list[int], counted_at: datetime
) -> Figures:
    return Figures(
        whole=Part(*whole),
        states=data["states"],
        bounces=[Bounces(*bounces) for bounces in data["bounces"]],
        variants={
            (locale, shown): Part(*numbers)
            for locale, shown, *numbers in data["variants"]
        },
        # JSON of PostgreSQL does not keep the order.
        domains={
            name: Part(*numbers)
            for name, numbers in sorted(
                data["domains"].items(), key=lambda item: (-item[1][0], item[0])
            )
        },
        first_accepted_at=_read_time(data["first"]),
        last_accepted_at=_read_time(data["last"]),
        counted_at=counted_at,
    )


def _write_pace(pace: Pace) -> dict[str, Any]:
    moments = [[m.at.isoformat(), m.number, m.sum] for m in pace.moments]
    return {"seconds": pace.step.total_seconds(), "moments": moments}


def _read_pace(data: dict[str, Any]) -> Pace:
    return Pace(
        timedelta(seconds=data["seconds"]),
        [Moment(datetime.fromisoformat(at), n, s) for at, n, s in data["moments"]],
    )


def _write_reach(reach: ReachList) -> dict[str, Any]:
    rows = [{**asdict(row), "organisation": row.organisation.pk} for row in reach.rows]
    return {"rows": rows, "total": reach.total, "without_seat": reach.without_seat}


def _read_reach(data: dict[str, Any]) -> ReachList:
    organisations = Organisation.objects.in_bulk(
        [row["organisation"] for row in data["rows"]]
    )
    rows = [
        Reach(**{**row, "organisation": organisations[row["organisation"]]})
        for row in data["rows"]
        if row["organisation"] in organisations
    ]
    return ReachList(rows, data["total"], data["without_seat"])


def _write_time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _read_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
