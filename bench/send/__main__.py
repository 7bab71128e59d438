"""``python -m bench.send``: measure sending, print the tables in Markdown.

    python -m bench.send [--letters 10000] [--rounds 5] [--only limits,peers] [--big]
    python -m bench.send --only freeze --big

``--write`` puts the tables into docs/benchmarks.md, part by part. Nothing else should run meanwhile.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

from bench.send.databases import KINDS
from bench.send.limits import measure_limit
from bench.send.peers import PEERS, set_up_peers
from bench.send.product import Measured, Product
from bench.send.report import (
    Pairs,
    Section,
    describe_run,
    write_part,
)

SINKS = ("smtp-sink", "discard")
PEER_ROUNDS = ((2_000, 5), (10_000, 1))
SIZES = (10_000, 100_000)
BIG = 1_000_000


def main() -> int:
    options = read_options()
    chosen = set(options.only.split(",")) if options.only else set(PARTS)
    for name, part in PARTS.items():
        if name in chosen:
            sections = []
            for section in part(options):
                sections.append(str(section))
                say(f"\n{section}\n")
            described = describe_run(options.letters, options.rounds)
            say(described)
            if options.write:
                # At once: what is measured is not lost when a later part fails.
                write_part(name, "\n\n".join([described, *sections]), list(PARTS))
    return 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.send")
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--big", action="store_true", help="a million letters too")
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    return parser.parse_args()


def compare_with_limit(options: argparse.Namespace) -> Iterator[Section]:
    """Rundbrev against smtp-source, in turn, into both sinks."""
    section = Section(
        "Rundbrev and the limit: smtp-source with one connection",
        (
            "", "sink", "letters/s", "ratio to smtp-source (range)", "CPU s per 1,000",
            "peak MB", "queries per letter",
        ),
    )  # fmt: skip
    for kind in KINDS:
        with installed(kind, options.letters) as product:
            for sink in SINKS:
                for workers in (1, 2):
                    row = _measure_pairs(product, sink, workers, options.rounds)
                    section.notes = [f"{product.frozen['bytes']:,} bytes a letter."]
                    section.rows.append([f"{kind}, {workers} × worker", sink, *row])
                    tell(" | ".join(section.rows[-1]))
    yield section


def _measure_pairs(product: Product, sink: str, workers: int, rounds: int) -> list[str]:
    pairs, cpus, peaks = Pairs(), [], []
    for _round in range(rounds):
        limit = measure_limit(sink, product.letters, product.frozen["bytes"])
        measured = product.deliver(sink, workers)
        pairs.add(measured.rate, limit)
        cpus.append(measured.cpu)
        peaks.append(measured.peak_mb)
    queries = product.count_queries(sink) if workers == 1 else None
    return [
        f"{pairs.rate:,.0f}",
        pairs.ratio,
        f"{sorted(cpus)[len(cpus) // 2]:.3f}",
        f"{max(peaks):.0f}",
        "" if queries is None else f"{queries:.4f}",
    ]


def compare_with_peers(options: argparse.Namespace) -> Iterator[Section]:
    """The others and Rundbrev, in turn, on PostgreSQL, into smtp-sink."""
    for people, rounds in PEER_ROUNDS:
        people, rounds = min(people, options.letters), min(rounds, options.rounds)
        yield _compare_at(people, rounds)


def _compare_at(people: int, rounds: int) -> Section:
    taken: dict[str, list[tuple[Measured, float]]] = {}
    with installed("PostgreSQL", people) as product:
        letter = product.run("letter")
        with set_up_peers(product.database, letter) as peers:
            for peer in PEERS:
                peers.prepare(peer, people)
            for _round in range(rounds):
                taken.setdefault("Rundbrev", []).append(
                    (product.deliver("smtp-sink"), product.count_queries("smtp-sink"))
                )
                for peer, name in PEERS.items():
                    found = peers.send(peer, people, "smtp-sink")
                    taken.setdefault(name, []).append(found)
                    tell(f"{name}: {found}")
    return _describe_peers(taken, people, rounds)


def _describe_peers(
    taken: dict[str, list[tuple[Measured, float]]], people: int, rounds: int
) -> Section:
    section = Section(
        f"Others, {people:,} readers × {rounds}, PostgreSQL, smtp-sink",
        (
            "", "letters/s", "Rundbrev is faster", "CPU s per 1,000",
            "Rundbrev needs less", "peak MB", "queries per letter",
        ),
    )  # fmt: skip
    ours = [measured for measured, _queries in taken["Rundbrev"]]
    for name, runs in taken.items():
        theirs = [measured for measured, _queries in runs]
        faster = _median([a.rate / b.rate for a, b in zip(ours, theirs, strict=True)])
        leaner = _median([b.cpu / a.cpu for a, b in zip(ours, theirs, strict=True)])
        section.rows.append(
            [
                name,
                f"{_median([m.rate for m in theirs]):,.0f}",
                "" if name == "Rundbrev" else f"{faster:.1f} ×",
                f"{_median([m.cpu for m in theirs]):.2f}",
                "" if name == "Rundbrev" else f"{leaner:.1f} ×",
                f"{max(m.peak_mb for m in theirs):.0f}",
                f"{runs[0][1]:.4f}",
            ]
        )
    return section


def grow(options: argparse.Namespace) -> Iterator[Section]:
    """Rundbrev at growing sizes: does rate or memory depend on them?"""
    section = Section(
        "Size, PostgreSQL, one worker, discard",
        ("letters", "freeze s", "letters/s", "CPU s per 1,000", "peak MB",
         "queries per letter", "audit s"),
    )  # fmt: skip
    sizes = [min(size, 10 * options.letters) for size in SIZES]
    for people in [*sizes, *([BIG] if options.big else [])]:
        with installed("PostgreSQL", people) as product:
            measured = product.deliver("discard")
            audit = product.audit()
            # That delivers everything a second time.
            queries = product.count_queries("discard") if people < BIG else None
            section.rows.append(
                [
                    f"{measured.letters:,}",
                    f"{product.frozen['seconds']:.1f}",
                    f"{measured.rate:,.0f}",
                    f"{measured.cpu:.3f}",
                    f"{measured.peak_mb:.0f}",
                    "" if queries is None else f"{queries:.4f}",
                    f"{audit:.1f}",
                ]
            )
            tell(" | ".join(section.rows[-1]))
    yield section


def freeze(options: argparse.Namespace) -> Iterator[Section]:
    """Freezing alone, with ten conditions on blocks, on both databases."""
    people = BIG if options.big else options.letters
    section = Section(
        f"Freezing {people:,} readers with ten conditions",
        ("", "deliveries", "variants", "seconds"),
    )
    for kind in KINDS:
        with installed(kind, people, conditions=10) as product:
            found = product.frozen
            section.rows.append(
                [
                    kind,
                    f"{found['deliveries']:,}",
                    f"{found['variants']:,}",
                    f"{found['seconds']:.1f}",
                ]
            )
            tell(" | ".join(section.rows[-1]))
    yield section


PARTS: dict[str, Callable[[argparse.Namespace], Iterator[Section]]] = {
    "limits": compare_with_limit,
    "peers": compare_with_peers,
    "sizes": grow,
    "freeze": freeze,
}


@contextmanager
def installed(kind: str, people: int, *, conditions: int = 1) -> Iterator[Product]:
    """Install Rundbrev on a database of that kind, its send to the people frozen."""
    with tempfile.TemporaryDirectory(prefix="rundbrev-bench-") as name:
        directory = Path(name)
        (directory / "var").mkdir()
        with closing(KINDS[kind](directory)) as database:
            product = Product(database, directory / "var")
            product.prepare(people, conditions)
            yield product


def tell(line: str) -> None:
    """Say how far it has come, beside the tables."""
    sys.stderr.write(f"{line}\n")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _median(numbers: list[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]


if __name__ == "__main__":
    sys.exit(main())
