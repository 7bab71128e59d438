"""``manage.py make_contacts 1000000``: an invented register of realistic shape."""

from datetime import date
from random import Random

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from crm.choices import LawfulBasis, NetworkKind
from crm.models import Network, Purpose, Role, Topic
from crm.population.organisations import join_networks, make_employers
from crm.population.people import Population, Vocabulary

NETWORKS = 12
FEWEST_WORDS = 9


class Command(BaseCommand):
    help = "Write invented contacts with organisations, seats, topics and consents."

    def add_arguments(self, parser):
        parser.add_argument("count", type=int, help="How many contacts.")
        parser.add_argument("--seed", type=int, default=1, help="Another seed, others.")
        parser.add_argument(
            "--on",
            type=date.fromisoformat,
            default=None,
            help="The day that counts as today (YYYY-MM-DD).",
        )

    @transaction.atomic
    def handle(self, *args, **options):
        random = Random(options["seed"])  # noqa: S311 -- invented people, no secrets
        today = options["on"] or timezone.localdate()
        words = find_words()
        employers = make_employers(options["count"], random)
        join_networks(employers, words.networks, random)
        population = Population(employers, words, random, today)
        population.write(options["count"], self.report)

    def report(self, written):
        """Say how far it has come, now and then."""
        if written % 100_000 == 0:
            self.stdout.write(f"{written:,} contacts")


def find_words() -> Vocabulary:
    """Return the register's own words; what is missing is made."""
    for model, stem in ((Role, "role"), (Topic, "topic")):
        for number in range(model.objects.count(), FEWEST_WORDS):
            names = {"name_sv": f"{stem} {number}", "name_en": f"{stem} {number}"}
            model.objects.get_or_create(slug=f"{stem}-{number}", defaults=names)
    for number in range(Network.objects.count(), NETWORKS):
        names = {"name": f"Network {number}", "kind": NetworkKind.NETWORK}
        Network.objects.get_or_create(slug=f"network-{number}", defaults=names)
    for basis in (LawfulBasis.PUBLIC_TASK, LawfulBasis.CONSENT):
        if not Purpose.objects.filter(lawful_basis=basis).exists():
            Purpose.objects.create(
                slug=f"purpose-{basis.replace('_', '-')}",
                lawful_basis=basis,
                name_sv=f"Utskick ({basis.label})",
                name_en=f"Letters ({basis.label})",
                wording_sv="Vi skriver till dig.",
                wording_en="We write to you.",
            )
    return Vocabulary(
        roles=list(Role.objects.order_by("pk")),
        networks=list(Network.objects.order_by("pk")),
        topics=list(Topic.objects.order_by("pk")),
        purposes=list(Purpose.objects.order_by("pk")),
    )
