"""A send of a million: audited in seconds and in flat memory? (T14)

What freezing, claiming and sending cost at this size is measured by ``make bench-send
BIG=1``.
"""

import json
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psutil
from django.core.management import call_command
from django.db import connection
from django.db.models import Model

from crm.models import Contact
from newsletter.models import Campaign, Delivery
from tests.faults.mailserver import running_mail_server
from tests.faults.results import scenario
from tests.faults.stage import Stage
from tests.faults.table import Result

MOST_SECONDS = 60
# MB beside what the process has before; SQLite's page cache is in it.
MOST_GROWTH = 40
# The numbers from 1 to so many, on both databases.
NUMBERS = """
    WITH RECURSIVE numbers(n) AS
    (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)
"""
ADDRESS = "'q' || n || '@kommun' || (n %% 50) || '.example.org'"
HASH = "'h' || n"


@scenario("T14")
def audit_a_million(stage: Stage) -> Iterator[Result]:
    """``audit_send`` on a finished send, whose one delivery was made into a million."""
    people = stage.size(1_000_000, 5_000)
    campaign = stage.make_send(1)
    with running_mail_server() as server:
        stage.come_to_rest(campaign, server)
        _multiply(Contact, people - 1, email=ADDRESS, address_hash=HASH)
        _multiply(
            Delivery,
            people - 1,
            contact_id=f"(SELECT id FROM crm_contact WHERE address_hash = {HASH})",
            address=ADDRESS,
            address_hash=HASH,
        )
        Campaign.objects.filter(pk=campaign.pk).update(frozen_count=people)
        file = stage.var / "audit.json"
        stage.start(audit, server, campaign.pk, file).join(seconds=900)
    found = json.loads(file.read_text())
    limits = {"seconds": MOST_SECONDS, "grown": MOST_GROWTH}
    yield Result(
        "T14",
        f"a send of {people:,} audited",
        people=people,
        taken=1,
        figures={
            "audit": f"{found['seconds']:.1f} s",
            "memory": f"+{found['grown']:.0f} MB",
        },
        breaches=found["broken"]
        + [
            f"{name} over {most}" for name, most in limits.items() if found[name] > most
        ],
    )


def audit(campaign_id: int, file: Path) -> None:
    """Run the command in this process; leave in the file what it cost and found."""
    before = psutil.Process().memory_info().rss
    began = time.monotonic()
    said = StringIO()
    broken = []
    try:
        call_command("audit_send", campaign_id, stdout=said)
    except SystemExit:
        broken = [
            line.strip() for line in said.getvalue().split("\n") if "BROKEN" in line
        ]
    grown = (_read_peak() - before) / 1e6
    seconds = time.monotonic() - began
    file.write_text(json.dumps({"broken": broken, "seconds": seconds, "grown": grown}))


def _read_peak() -> int:
    """Return the most memory this process ever had, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _multiply(model: type[Model], number: int, **changed: str) -> None:
    """Insert copies of the model's last row; ``changed`` columns are SQL with ``n``."""
    columns = [
        field.column for field in model._meta.concrete_fields if not field.primary_key
    ]
    values = [changed.get(column, f'row."{column}"') for column in columns]
    table = f'"{model._meta.db_table}"'
    quoted = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{NUMBERS} INSERT INTO {table} ({quoted}) SELECT {', '.join(values)} "
            f"FROM {table} row, numbers WHERE row.id = %s",
            [number, model._default_manager.latest("pk").pk],
        )
