"""A package as a ZIP, packed as it is made: a million readers take no more memory than ten."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from django.conf import settings
from django.utils import translation

from newsletter.models import Campaign
from newsletter.packaging.parts import FORMAT, list_parts

PACKAGE_TYPE = "application/zip"
MANIFEST = "manifest.json"
# Bytes that wait before they are handed on.
ENOUGH = 64 * 1024


class _Sink:
    """A file that hands on what was written to it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts, self.size = [], 0
        return taken


def stream_package(campaign: Campaign, *, with_people: bool) -> Iterator[bytes]:
    """Yield the package of a frozen send as the bytes of a ZIP.

    In the site's own language, whoever asks, and with the time of the freeze on every
    file: the same state gives the same bytes.
    """
    sink = _Sink()
    at = _time_of(campaign)
    files: dict[str, dict[str, Any]] = {}
    parts = list_parts(campaign, with_people=with_people)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        while True:
            # Not around the yields: the language is the thread's, not this function's.
            with translation.override(settings.LANGUAGE_CODE):
                part = next(parts, None)
            if part is None:
                break
            path, chunks = part
            digest, size = hashlib.sha256(), 0
            with archive.open(_entry(path, at), "w", force_zip64=True) as file:
                for chunk in _speak(chunks):
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                    if sink.size > ENOUGH:
                        yield sink.take()
            files[path] = {"sha256": digest.hexdigest(), "bytes": size}
        archive.writestr(_entry(MANIFEST, at), _write_manifest(campaign, files))
    yield sink.take()


def _speak(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks, each made in the site's language."""
    made = iter(chunks)
    while True:
        with translation.override(settings.LANGUAGE_CODE):
            chunk = next(made, None)
        if chunk is None:
            return
        yield chunk


def _write_manifest(campaign: Campaign, files: dict[str, dict[str, Any]]) -> bytes:
    manifest = {
        "format": FORMAT,
        "send": campaign.pk,
        "content_hash": campaign.content_hash,
        "frozen_count": campaign.frozen_count,
        "files": files,
    }
    return f"{json.dumps(manifest, indent=1, sort_keys=True)}\n".encode()


def _time_of(campaign: Campaign) -> tuple[int, int, int, int, int, int]:
    frozen_at = campaign.frozen_at.astimezone(UTC)  # type: ignore[union-attr]
    return (
        frozen_at.year,
        frozen_at.month,
        frozen_at.day,
        frozen_at.hour,
        frozen_at.minute,
        frozen_at.second,
    )


def _entry(path: str, at: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, date_time=at)
    entry.compress_type = zipfile.ZIP_DEFLATED
    # The same on every system: a plain file, made on Unix, readable by its owner.
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    return entry
