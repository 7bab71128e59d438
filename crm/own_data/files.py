"""Copies to take along: JSON for programs, CSV for spreadsheets. docs/own-data.md.

Both hold everything, also the empty sections, so that it is seen that nothing is there.
"""

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.disarming import disarm
from crm.own_data.sections import Reading

FORMAT = "rundbrev-own-data"
# Counts up when something is renamed or taken away; what is added leaves it.
VERSION = 1


def write_json(readings: Iterable[Reading], *, made_at: datetime) -> bytes:
    """Return the sections as UTF-8 JSON: keys in English, titles as people read them."""
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "made_at": made_at,
            "language": get_language(),
            "sections": {
                reading.key: {
                    "title": reading.title,
                    "records": [
                        {fact.key: fact.value for fact in record}
                        for record in reading.records
                    ],
                }
                for reading in readings
            },
        },
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
        indent=2,
    ).encode()


def write_csv(readings: Iterable[Reading]) -> bytes:
    """Return the sections as one CSV file: a line per fact, in the active language.

    UTF-8 with a byte order mark, which spreadsheet programmes ask for. No cell is run as
    a formula.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_("Part"), _("Number"), _("What"), _("Value")])
    for reading in readings:
        for line in _list_lines(reading):
            writer.writerow([disarm(cell) for cell in line])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _list_lines(reading: Reading) -> Iterable[tuple[str, str, str, str]]:
    if not reading.records:
        yield reading.title, "", _("Nothing"), ""
    for number, record in enumerate(reading.records, 1):
        for fact in record:
            yield reading.title, str(number), str(fact.label), fact.shown
