"""PDFs that were made are kept in files, named by what they were made of."""

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

MOST_KEPT = 200
# So many are drawn at a time on one machine: each takes a processor and some memory.
AT_ONCE = 2
# A page that could not be drawn is not tried again for so long.
REST_SECONDS = 600


def find_kept(html: str) -> bytes | None:
    """Return the PDF that was made of exactly this page, else None."""
    try:
        return _path_of(html).read_bytes()
    except FileNotFoundError:
        return None


def keep(html: str, pdf: bytes) -> None:
    """Keep a PDF for whoever asks for the same page; the oldest go."""
    path = _path_of(html)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: another process may read it while it is written.
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(pdf)
    os.replace(draft, path)
    kept = sorted(path.parent.glob("*.pdf"), key=_written_at)
    for old in kept[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


def note_failure(html: str) -> None:
    """Remember that no PDF can be made of this page, so that nobody waits for it again."""
    path = _path_of(html).with_suffix(".failed")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def failed_lately(html: str) -> bool:
    """Say whether making a PDF of this page has failed within the last minutes."""
    path = _path_of(html).with_suffix(".failed")
    fails = time.time() - _written_at(path) < REST_SECONDS
    if not fails:
        path.unlink(missing_ok=True)
    return fails


@contextmanager
def take_turn() -> Iterator[bool]:
    """Say whether a PDF may be drawn now, and hold that place meanwhile.

    Nobody waits here: who finds no place comes again. A process that dies leaves its own.
    """
    folder = Path(settings.VAR_DIR, "pdf")
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(AT_ONCE):
        with (folder / f"turn-{number}").open("w") as place:
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield True
            return
    yield False


def _path_of(html: str) -> Path:
    digest = hashlib.sha256(html.encode()).hexdigest()
    return Path(settings.VAR_DIR, "pdf", f"{digest}.pdf")


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
