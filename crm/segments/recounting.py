"""Counting every segment anew, once a day: work of the queue."""

from datetime import datetime, time
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.jobs import Report
from crm.models import Job, Segment
from crm.segments.counting import refresh_count

COUNT_JOB = "count_segments"


def needs_counting(now: datetime) -> bool:
    """Say whether no count of today has been asked for, and there is what to count."""
    today = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    if Job.objects.filter(kind=COUNT_JOB, created_at__gte=today).exists():
        return False
    return Segment.objects.exclude(counted_at__gte=today).exists()


def refresh_statistics() -> None:
    """Let SQLite's planner know the tables as they are; PostgreSQL does it by itself.

    Every row is looked at: of a part, SQLite concludes that each role and country is
    rare, and goes the long way. Table by table, so that others write in between.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")


def count_segments(job: Job, report: Report) -> dict[str, Any]:
    """Do a job: count every segment; return what to say about it."""
    segments = list(Segment.objects.all())
    for number, segment in enumerate(segments, start=1):
        refresh_count(segment)
        report(number, len(segments))
    refresh_statistics()
    return {"message": _("All segments are counted.")}
