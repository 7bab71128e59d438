"""``make bench-web``: pages of a large archive, made anew and from the page cache.

    python -m bench.web [--items 10000] [--rounds 5] [--databases SQLite,PostgreSQL] [--write]

Two servers run side by side on one database, one without the page cache. In each round
every page is asked for on both, and right before it a static file of the server that
keeps pages, so that a ratio compares what happened in the same seconds. *Bare* is the
server that keeps nothing. *First* is the server as it is in operation, asked for an
address that it was never asked for: the page is made, of parts that pages share
(``home/caching/parts.py``): the way to the archive, the frame, the choices on offer. Of
an item or a list nothing is kept but the whole page (a test holds that), so it makes no
difference that the addresses lead to the same items again. After each change the first
reader of all waits for the parts too, about as long as for a *bare* page. Each page is
asked for once before any of it, so that no measurement begins with eight readers waiting
for one page.
"""

import argparse
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.send.databases import KINDS
from bench.send.report import Section, describe_machine
from bench.web.load import Load, press
from bench.web.server import Server, make_environment, run, serving
from tests.databases import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN = "<!-- bench-web begins: make bench-web WRITE=1 writes what is between -->"
END = "<!-- bench-web ends -->"
# Beside these: an item, which is one of the copies.
PAGES = {
    "first page": "/sv/",
    "archive": "/sv/nyheter/",
    "archive, page 250": "/sv/nyheter/?page=250",
    "archive, one year": "/sv/nyheter/?year=2015",
    "item": "/sv/nyheter/item-77/",
    "search": "/sv/nyheter/?q=integration",
    "topic": "/sv/nyheter/topics/topic-3/",
    "network": "/sv/nyheter/networks/network-3/",
    "feed": "/sv/nyheter/feed/",
    "directory": "/sv/register/",
}
READERS = 8


@dataclass(frozen=True)
class Made:
    """A load of pages that were made, and processor milliseconds of the server for one."""

    load: Load
    cpu: float


@dataclass
class Figures:
    """The rounds of one page: made for one reader, kept for many, the static files."""

    bare: list[Made] = field(default_factory=list)
    first: list[Made] = field(default_factory=list)
    kept: list[Load] = field(default_factory=list)
    file: list[Load] = field(default_factory=list)
    whitenoise: list[Load] = field(default_factory=list)

    def row(self, name: str) -> list[str]:
        """Return the medians as cells; ratios are medians of ratios pair by pair."""
        return [
            name,
            *_describe_made(self.bare),
            *_describe_made(self.first),
            f"{median(load.rate for load in self.kept):,.0f}",
            f"{median(load.p50 for load in self.kept):.1f}",
            f"{median(load.p95 for load in self.kept):.1f}",
            _compare(self.kept, self.file),
            _compare(self.kept, self.whitenoise),
        ]


def _describe_made(made: list[Made]) -> list[str]:
    return [
        f"{median(one.load.p50 for one in made):.1f}",
        f"{median(one.load.p95 for one in made):.1f}",
        f"{median(one.cpu for one in made):.1f}",
    ]


COLUMNS = (
    "", "bare: p50 ms", "p95 ms", "CPU ms", "first: p50 ms", "p95 ms", "CPU ms",
    "kept: requests/s", "p50 ms", "p95 ms",
    "of a file by the server", "of a file by WhiteNoise",
)  # fmt: skip


def main() -> int:
    """Read the options, measure each database, show or write the tables."""
    options = read_options()
    sections = []
    for kind in options.databases.split(","):
        with tempfile.TemporaryDirectory(prefix="rundbrev-bench-") as name:
            directory = Path(name)
            (directory / "var").mkdir()
            with closing(KINDS[kind](directory)) as database:
                section = measure(kind, database.url, directory / "var", options)
        sections.append(str(section))
        sys.stdout.write(f"{sections[-1]}\n\n")
    text = "\n\n".join([describe(options), *sections])
    if options.write:
        write(text)
    return 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.web")
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    return parser.parse_args()


def measure(kind: str, url: str, var: Path, options: argparse.Namespace) -> Section:
    """Return the table of one database."""
    environment = make_environment(url, var)
    run(environment, "-m", "bench.web.scene", str(options.items))
    run(environment, "manage.py", "collectstatic", "--noinput", "--verbosity=0")
    section = Section(f"{kind}, {options.items:,} items", COLUMNS)
    figures = {name: Figures() for name in PAGES}
    with (
        serving(environment, PAGE_CACHE_SECONDS=0) as anew,
        serving(environment) as kept,
    ):
        for _round in range(options.rounds):
            for name, path in PAGES.items():
                measure_page(figures[name], path, anew, kept, var, options.seconds)
            sys.stderr.write(f"{kind}: a round is done\n")
    section.rows = [found.row(name) for name, found in figures.items()]
    return section


def measure_page(
    figures: Figures,
    path: str,
    anew: Server,
    kept: Server,
    var: Path,
    seconds: int,
) -> None:
    """Add one round of a page, the static files right before it."""
    file = choose_file(var / "static")
    for server in (anew, kept):
        press(f"{server.address}{path}", readers=1, seconds=1)
    many = {"readers": READERS, "seconds": seconds}
    figures.file.append(press(f"{kept.address}/bare/{file}", **many))
    figures.kept.append(press(f"{kept.address}{path}", **many))
    figures.whitenoise.append(press(f"{kept.address}/static/{file}", **many))
    figures.bare.append(press_alone(anew, path, seconds))
    figures.first.append(press_alone(kept, path, seconds, is_fresh=True))


def press_alone(server: Server, path: str, seconds: int, **how: bool) -> Made:
    """Let one reader ask for a page that is made each time."""
    before = server.read_cpu()
    load = press(f"{server.address}{path}", readers=1, seconds=seconds, **how)
    return Made(load, 1000 * (server.read_cpu() - before) / max(load.requests, 1))


def choose_file(folder: Path) -> str:
    """Return a style sheet of the site by the name it is served under."""
    return next(folder.glob("home/contents.*.css")).relative_to(folder).as_posix()


def describe(options: argparse.Namespace) -> str:
    """Return when, where and how it was measured."""
    return (
        f"{describe_machine()} granian with one process, as docs/operations.md has it; "
        f"wrk on the same cores. Medians of {options.rounds} rounds of {options.seconds} s in "
        f"turn. *Bare* is one reader of a server that keeps nothing at all (PAGE_CACHE_SECONDS=0), "
        f"*first* one reader of the server as it is in operation, each time of an address that "
        f"nobody asked for before, though others were asked for since the last change, *kept* {READERS} readers of one page."
    )


def write(text: str) -> None:
    """Put the tables into docs/benchmarks.md, in place of those before."""
    page = PAGE.read_text(encoding="utf-8")
    before, _begin, rest = page.partition(BEGIN)
    _inside, _end, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def _compare(ours: list[Load], theirs: list[Load]) -> str:
    # On a busy machine a server may get no turn at all.
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if b.rate]
    ratios = sorted(a.rate / b.rate for a, b in pairs)
    return f"{median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})" if ratios else ""


if __name__ == "__main__":
    sys.exit(main())
