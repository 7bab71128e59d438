"""Is this the database that we knew? (invariant I13)

Whoever sends counts up one number in the database, and each host keeps in a small file
which number it saw last. A database that was restored from an older backup is behind
the file; a server that was copied has a file of another machine; a new server with an
old database has no file, and nobody has counted for long. In each case letters may have
gone out that the rows know nothing of, or may go out twice at this moment, so all sends
stop until an editor, who is told why, lets them go on.

Several hosts on one database each keep a file of their own: their files are behind the
database, never ahead of it. A new installation has no number yet.
"""

import json
import logging
import os
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from newsletter.choices import CampaignState, Trouble
from newsletter.models import Campaign, Epoch

logger = logging.getLogger(__name__)

MACHINE_ID = Path("/etc/machine-id")
FILE_NAME = "epoch.json"
# After a restored backup the number leaps, so that the files of the other hosts, which
# remember some number of before, are behind it again and stop nothing a second time.
LEAP = 1_000_000


class Doubt(StrEnum):
    """Why this may not be the database that this host knew."""

    RESTORED = "older than this host remembers"
    COPIED = "this host is a copy of another"
    STRANGE = "unknown to this host, and nobody has sent for long"


@dataclass(frozen=True)
class Memory:
    """What a host remembers: the number it saw last, and which machine it is."""

    number: int
    machine: str

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Return what the file says, or None where there is none or it is torn."""
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            return cls(int(stored["number"]), str(stored["machine"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, path: Path) -> None:
        """Put the file in place whole, durably: a power cut leaves the old or the new."""
        path.parent.mkdir(parents=True, exist_ok=True)
        # Of this process alone: several start at once.
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


def enter_epoch() -> None:
    """Count up before anything is sent; stop all sends of a database in doubt.

    To be called when a worker or the scheduler starts, before its first claim or move,
    and again about every second while it sends: what was sent after the last count
    before a backup goes unnoticed. Two short queries. Must not be called inside a
    transaction: the file would be ahead of a database that takes it back.
    """
    path = settings.NEWSLETTER_JOURNAL_DIR / FILE_NAME
    machine = read_machine_id()
    # Before the database is asked: other processes of this host go on counting.
    memory = Memory.read(path)
    with transaction.atomic():
        # The row's lock lets one process at a time decide.
        epoch, _new = Epoch.objects.select_for_update().get_or_create(pk=1)
        number = epoch.number
        if doubt := _find_doubt(epoch, memory, machine):
            stopped = stop_all_sends()
            number = max(number, memory.number if memory else 0) + LEAP
            logger.error("The database is %s: %s sends stopped", doubt, stopped)
        epoch.number = number + 1
        epoch.counted_at = timezone.now()
        epoch.save()
    # After the commit: the file is never ahead of the database it belongs to.
    Memory(epoch.number, machine).write(path)


def stop_all_sends() -> int:
    """Pause what is being sent or held and take back what is scheduled; return how many.

    Each says why (``Trouble.RESTORED``), also what was paused before.
    """
    paused = Campaign.objects.filter(
        state__in=[CampaignState.SENDING, CampaignState.HELD, CampaignState.PAUSED]
    ).update(state=CampaignState.PAUSED, held_until=None, trouble=Trouble.RESTORED)
    drafts = Campaign.objects.filter(state=CampaignState.SCHEDULED).update(
        state=CampaignState.DRAFT, send_at=None, trouble=Trouble.RESTORED
    )
    return paused + drafts


def read_machine_id() -> str:
    """Return what names this machine; empty where it has no lasting name (containers)."""
    try:
        return MACHINE_ID.read_text().strip()
    except OSError:
        return ""


def _find_doubt(epoch: Epoch, memory: Memory | None, machine: str) -> Doubt | None:
    if epoch.number == 0:
        # A new database: nothing has ever been sent from it.
        return None
    if memory is None:
        silent = timezone.now() - epoch.counted_at
        long = timedelta(seconds=settings.NEWSLETTER_LOST_HOST_SECONDS)
        return Doubt.STRANGE if silent > long else None
    if epoch.number < memory.number:
        return Doubt.RESTORED
    if memory.machine and machine and memory.machine != machine:
        return Doubt.COPIED
    return None
