"""Is a package what was packed? Asked of the file alone, without the database."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import IO, Any

from newsletter.mail.hashes import hash_content, hash_send
from newsletter.packaging.archive import MANIFEST
from newsletter.packaging.parts import FORMAT, name_variant

PIECE = 1024 * 1024


def verify_package(path: Path) -> tuple[int, list[str]]:
    """Return how many files were checked, and in words what is wrong with them.

    Nothing is wrong when every file has the digest that the manifest says, none is
    missing or too many, and each variant and the send have their content hash. Raises
    ValueError for what is no package at all. Reads a megabyte at a time.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _verify(archive)
    except (zipfile.BadZipFile, KeyError, OSError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is no archive package: {error}") from error


def _verify(archive: zipfile.ZipFile) -> tuple[int, list[str]]:
    manifest = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise ValueError(
            f"This is format {manifest['format']}; {FORMAT} is known here."
        )
    files = manifest["files"]
    names = [name for name in archive.namelist() if name != MANIFEST]
    wrong = [f"{name}: missing" for name in sorted(set(files) - set(names))]
    wrong += [
        f"{name}: not in the manifest" for name in sorted(set(names) - set(files))
    ]
    wrong += [f"{name}: twice" for name in sorted(_find_doubles(names))]
    for name in sorted(set(names) & set(files)):
        with archive.open(name) as file:
            if _digest(file) != files[name]["sha256"]:
                wrong.append(f"{name}: changed")
    if not wrong:
        wrong += _verify_content(archive, manifest)
    return len(names), wrong


def _verify_content(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> list[str]:
    """Return which content hashes are not those of the letters."""
    wrong, variants = [], []
    for name in sorted(archive.namelist()):
        if not name.endswith("/variant.json"):
            continue
        facts = json.loads(archive.read(name))
        folder = name_variant(facts["locale"], facts["shown"])
        html, text = (
            archive.read(f"{folder}/frozen.{kind}").decode() for kind in ("html", "txt")
        )
        digest = hash_content(facts["subject"], html, text)
        if digest != facts["content_hash"]:
            wrong.append(f"{folder}: not the frozen content")
        variants.append((facts["locale"], facts["shown"], digest))
    if hash_send(sorted(variants)) != manifest["content_hash"]:
        wrong.append("the send: not the frozen content")
    return wrong


def _find_doubles(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()
