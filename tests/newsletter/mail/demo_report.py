"""The report of the demo, in two languages, for tests that judge a whole letter."""

from django.utils import translation
from wagtail.models import Locale

from home.demo.files import read_json
from home.demo.training_week import create_training_week
from newsletter.models import NewsPage
from tests.factories import (
    make_grant,
    make_membership,
    make_network,
    make_newsletter,
    make_organisation,
    make_site,
)


def make_report() -> NewsPage:
    """Make the report with one partner; return it in Swedish."""
    tree = make_site()
    english = Locale.objects.get_or_create(language_code="en")[0]
    tree.home.copy_for_translation(english).save_revision().publish()
    tree.archive.copy_for_translation(english).save_revision().publish()
    grant = make_grant(**read_json("demo", "networks.json")["grants"][0])
    network = make_network(kind="project", name="EPI", grant=grant)
    make_membership(network=network, organisation=make_organisation(name="Norrhamn"))
    with translation.override("sv"):
        return create_training_week(tree.archive, make_newsletter(), network)
