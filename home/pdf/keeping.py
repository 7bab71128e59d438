"""PDFs that were made are kept in files, named by what they were made of."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

MOST_KEPT = 200


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


def _path_of(html: str) -> Path:
    digest = hashlib.sha256(html.encode()).hexdigest()
    return Path(settings.VAR_DIR, "pdf", f"{digest}.pdf")


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
