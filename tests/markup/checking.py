"""Runs html-validate over pages. Needs Node and what ``make`` fetched for it.

The rules are its ``standard`` preset (what the HTML standard says) and its ``a11y``
preset. ``htmlvalidate.json`` names those that are set otherwise; why:

- no-redundant-role: a table that stacks on a phone (display: block) loses its roles in
  browsers, so they stand in the markup.
"""

import json
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).parent
PROGRAM = FOLDER / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
MISSING = (
    "NO html-validate, SO HTML IS NOT CHECKED: install Node 20.19 or newer with npm, "
    "then `make tests/markup/node_modules`."
)


def can_check() -> bool:
    """Say whether Node and html-validate are there."""
    return shutil.which("node") is not None and PROGRAM.exists()


def check_pages(pages: dict[str, str], folder: Path) -> dict[str, list[str]]:
    """Return the faults of pages by their name, each "line: rule: what"; {} for none.

    ``folder`` is an empty directory to write them to: one process reads them all.
    """
    names = {}
    for number, (name, html) in enumerate(pages.items()):
        path = folder / f"{number:03}.html"
        path.write_text(html, encoding="utf-8")
        names[str(path)] = name
    done = subprocess.run(
        ["node", PROGRAM, "--config", FOLDER / "htmlvalidate.json"]
        + ["--formatter", "json", *names],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if not done.stdout:
        raise RuntimeError(done.stderr)
    return {
        names[result["filePath"]]: [
            f"{fault['line']}: {fault['ruleId']}: {fault['message']}"
            for fault in result["messages"]
        ]
        for result in json.loads(done.stdout)
        if result["messages"]
    }
