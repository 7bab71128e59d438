"""Keeping an uploaded file between its preview and its confirmation.

A file waits in a private folder under a random name. The signed token in the preview's
form names it, its owner and the choices made; it is taken once and then gone.
"""

import os
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from crm.imports.reading import ImportFileError

SALT = "crm.imports"
LIFETIME_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Upload:
    """What a token says: which parked file, whose, and what its preview showed."""

    key: str
    user_id: int
    file_name: str
    creates_unknown: bool
    succeed_on: str
    digest: str


def park_file(data: bytes) -> str:
    """Store the bytes where only this process's user can read them; return their key.

    Also removes files that were never confirmed.
    """
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder)
    key = secrets.token_hex(16)
    with os.fdopen(
        os.open(folder / key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
    ) as file:
        file.write(data)
    return key


def sign_upload(upload: Upload) -> str:
    """Return the token for a preview's form."""
    return signing.dumps(asdict(upload), salt=SALT)


def read_token(token: str, *, user_id: int) -> Upload:
    """Return what the token says. Raises ImportFileError unless it is this user's own."""
    try:
        upload = Upload(**signing.loads(token, salt=SALT, max_age=LIFETIME_SECONDS))
    except signing.BadSignature as error:
        raise ImportFileError(_gone()) from error
    if upload.user_id != user_id:
        raise ImportFileError(
            _("That file was chosen by somebody else. Choose the file yourself.")
        )
    return upload


def take_file(key: str) -> bytes:
    """Return the parked bytes and remove them.

    Raises ImportFileError when they are gone; of two that take the same file at the
    same moment one gets it.
    """
    taken = _folder() / f"{key}.taken"
    try:
        os.rename(_folder() / key, taken)
    except FileNotFoundError as error:
        raise ImportFileError(_gone()) from error
    data = taken.read_bytes()
    taken.unlink()
    return data


def _gone() -> str:
    return _("This preview has been used or is too old. Choose the file again.")


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "imports"


def _sweep(folder: Path) -> None:
    oldest = time.time() - LIFETIME_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
