"""Invented organisations: few large and many small, most of them in Sweden."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from crm.models import Membership, Network, Organisation
from crm.names import make_sort_key
from crm.population.names import (
    COUNTRIES,
    KINDS,
    PLACE_BEGINNINGS,
    PLACE_ENDINGS,
    REGIONS,
)
from crm.population.rows import RowWriter

PEOPLE_EACH = 25
FEWEST = 30
REGIONS_ABROAD = 8
# A tenth of the organisations is in a network.
MEMBERS_SHARE = 10


@dataclass(frozen=True)
class Employer:
    """What seats and addresses copy from an organisation."""

    pk: int
    kind: str
    country: str
    region: str
    names: str
    domain: str


class Employers:
    """The organisations, drawn by size: the n-th largest has 1/n of the largest."""

    def __init__(self, rows: list[Employer]) -> None:
        self.rows = rows
        self.weights = list(
            accumulate(1 / (rank + 10) for rank in range(1, len(rows) + 1))
        )

    def draw(self, random: Random, count: int) -> list[Employer]:
        """Return that many, large ones more often."""
        return random.choices(self.rows, cum_weights=self.weights, k=count)


def make_employers(people: int, random: Random) -> Employers:
    """Write the organisations that so many people work at, and return them."""
    count = max(FEWEST, people // PEOPLE_EACH)
    writer = RowWriter(
        Organisation, "id", "kind", "name", "sort_key", "country", "region"
    )
    first = writer.next_id()
    employers: list[Employer] = []

    def rows() -> Iterator[tuple]:
        for number in range(count):
            employer, name = _invent(first + number, random)
            employers.append(employer)
            yield (
                employer.pk,
                employer.kind,
                name,
                make_sort_key(name),
                employer.country,
                employer.region,
            )

    writer.write(rows())
    # Which is large has nothing to do with the order of ids.
    random.shuffle(employers)
    return Employers(employers)


def join_networks(
    employers: Employers, networks: list[Network], random: Random
) -> None:
    """Let some of the organisations be members of the networks."""
    writer = RowWriter(Membership, "id", "organisation_id", "network_id", "role")
    first = writer.next_id()
    joined = random.sample(employers.rows, len(employers.rows) // MEMBERS_SHARE)
    roles = ["member"] * 6 + ["partner", "partner", "founder", "pilot"]
    writer.write(
        (
            first + number,
            employer.pk,
            random.choice(networks).pk,
            random.choice(roles),
        )
        for number, employer in enumerate(joined)
    )


def _invent(pk: int, random: Random) -> tuple[Employer, str]:
    country, _weight, names = random.choices(
        COUNTRIES, weights=[weight for _c, weight, _n in COUNTRIES]
    )[0]
    kind, _weight, pattern = random.choices(
        KINDS, weights=[weight for _k, weight, _p in KINDS]
    )[0]
    # The id keeps names and domains apart.
    place = random.choice(PLACE_BEGINNINGS) + random.choice(PLACE_ENDINGS)
    name = f"{pattern % place} {pk}"
    if country in REGIONS:
        regions = REGIONS[country]
        # The first regions of the list are the largest.
        region = regions[min(int(random.expovariate(0.18)), len(regions) - 1)]
    else:
        region = f"{country} {random.randint(1, REGIONS_ABROAD)}"
    return Employer(pk, kind, country, region, names, f"org{pk}.example"), name
