"""Where the demo's texts lie, and how they are read."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings


def fixture_path(*parts: str) -> Path:
    """Return the path of a file under fixtures/."""
    return Path(settings.BASE_DIR, "fixtures", *parts)


def read_json(*parts: str) -> Any:
    """Return what a JSON file under fixtures/ holds."""
    return json.loads(fixture_path(*parts).read_text(encoding="utf-8"))
