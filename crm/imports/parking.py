"""Keeping an uploaded file, and what its preview showed, until it is imported.

Both wait in a private folder under a random key that the ``ImportBatch`` knows, and are
gone once the file is imported, or after a day.
"""

import json
import os
import re
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from crm.imports.outcome import ImportOutcome, RowOutcome
from crm.imports.reading import ImportFileError

LIFETIME_SECONDS = 24 * 60 * 60
KEY = re.compile(r"[0-9a-f]{32}")


def park_file(data: bytes) -> str:
    """Store the bytes where only this process's user can read them; return their key.

    Also removes files that were never confirmed.
    """
    _sweep()
    key = secrets.token_hex(16)
    _write(_path(key), data)
    return key


def read_file(key: str) -> bytes:
    """Return the parked bytes. Raises ImportFileError when they are gone."""
    try:
        return _path(key).read_bytes()
    except (FileNotFoundError, ValueError) as error:
        raise ImportFileError(
            _("The file has waited too long and was removed. Choose it again.")
        ) from error


def drop_file(key: str) -> None:
    """Remove the file and its preview, if they are there."""
    if KEY.fullmatch(key):
        for path in (_path(key), _preview_path(key)):
            path.unlink(missing_ok=True)


def write_preview(key: str, outcome: ImportOutcome) -> None:
    """Store what a preview found; the counts of all rows, and the rows it kept."""
    stored = {
        "rows": outcome.rows,
        "created": outcome.created,
        "counts": outcome.counts,
        "noted": outcome.noted,
        "digests": outcome.digests,
    }
    data = json.dumps(stored, ensure_ascii=False).encode()
    fresh = _path(key).with_suffix(".fresh")
    fresh.unlink(missing_ok=True)
    _write(fresh, data)
    fresh.replace(_preview_path(key))


def read_preview(key: str) -> ImportOutcome:
    """Return what the preview found. Raises ImportFileError when it is gone."""
    try:
        stored = json.loads(_preview_path(key).read_bytes())
    except (FileNotFoundError, ValueError) as error:
        raise ImportFileError(
            _("The preview has waited too long and was removed. Choose the file again.")
        ) from error
    rows = [RowOutcome.from_json(row) for row in stored.pop("rows")]
    return ImportOutcome(rows=rows, **stored)


def _path(key: str) -> Path:
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key.")
    return _folder() / key


def _preview_path(key: str) -> Path:
    return _path(key).with_suffix(".preview")


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
    ) as file:
        file.write(data)


def _sweep() -> None:
    oldest = time.time() - LIFETIME_SECONDS
    for path in _folder().iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
