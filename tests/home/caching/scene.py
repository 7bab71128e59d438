"""A small site that shows much of the register, and what may happen to it."""

import random
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, PageViewRestriction

from crm.imports.undoing import undo_import
from crm.merging.joining import merge_contacts
from crm.merging.undoing import undo_merge
from crm.models import Contact, ImportBatch, Membership, Network, Topic
from crm.seats import succeed_seat
from home.models import ArchivePage, SiteTheme
from newsletter.choices import Visibility
from newsletter.models import NewsPageTopic
from tests.crm.imports.runs import run
from tests.factories import (
    make_contact,
    make_membership,
    make_network,
    make_news_page,
    make_newsletter,
    make_organisation,
    make_role,
    make_seat,
    make_site,
    make_topic,
    make_user,
)


def make_scene() -> SimpleNamespace:
    """Make a site in two languages with an item that lists who sits in a seat."""
    site = make_site()
    english, _created = Locale.objects.get_or_create(language_code="en")
    for page in (site.home, site.archive):
        page.copy_for_translation(english).save_revision().publish()
    role, network, topic = make_role(), make_network(), make_topic()
    organisation = make_organisation(name="Kommunen", is_published=True)
    make_membership(network=network, organisation=organisation)
    holder = make_contact(
        given_name="Ada",
        family_name="Ek",
        email="ada@example.org",
        publishes_email=True,
        publishes_photo=True,
        photo=make_image("porträtt"),
    )
    seat = make_seat(role=role, organisation=organisation, holder=holder)
    people = {
        "heading": "Samordnare",
        "groups": [{"role": str(role.pk)}],
        "shows_details": True,
    }
    item = make_news_page(
        archive=site.archive,
        title="Träningsveckan",
        slug="veckan",
        summary="Om integration.",
        network=network,
        topics=[topic],
        body=[("people_list", people)],
    )
    return SimpleNamespace(
        site=site, topic=topic, network=network, organisation=organisation,
        seat=seat, holder=holder, item=item, editor=make_user("Editors"),
        number=iter(range(1, 10**6)), merges=[],
    )  # fmt: skip


def make_image(title: str):
    """Make a picture."""
    return get_image_model().objects.create(title=title, file=get_test_image_file())


HOME, ARCHIVE, ITEM = "/sv/", "/sv/nyheter/", "/sv/nyheter/veckan/"
SEARCH, FEED = "/sv/nyheter/?q=integration", "/sv/nyheter/feed/"
MAP = "/sitemap-pages.xml"


def list_paths(scene: SimpleNamespace) -> list[str]:
    """Return the addresses of the site's pages."""
    return [
        HOME, ARCHIVE, ITEM, SEARCH, FEED, MAP, topic_of(scene), network_of(scene),
        "/en/", "/en/nyheter/",
    ]  # fmt: skip


def topic_of(scene: SimpleNamespace) -> str:
    return f"{ARCHIVE}topics/{scene.topic.slug}/"


def network_of(scene: SimpleNamespace) -> str:
    return f"{ARCHIVE}networks/{scene.network.slug}/"


def publish(scene):
    make_news_page(archive=scene.site.archive, title=f"Nytt {next(scene.number)}")


def edit(scene):
    scene.item.refresh_from_db()
    scene.item.summary = f"Om integration {next(scene.number)}."
    scene.item.save_revision().publish()


def unpublish(scene):
    scene.item.refresh_from_db()
    scene.item.unpublish()


def publish_again(scene):
    scene.item.refresh_from_db()
    scene.item.save_revision().publish()


def move(scene):
    other = ArchivePage(title="Andra", slug=f"andra-{next(scene.number)}")
    scene.site.home.refresh_from_db()
    scene.site.home.add_child(instance=other)
    newest(scene).move(other, pos="last-child")


def delete(scene):
    make_news_page(archive=scene.site.archive, title="Snart borta")
    newest(scene).delete()


def newest(scene):
    return scene.site.archive.get_children().exclude(pk=scene.item.pk).last()


def hide(scene):
    scene.item.refresh_from_db()
    scene.item.visibility = Visibility.PARTNERS
    scene.item.save_revision().publish()


def show(scene):
    scene.item.refresh_from_db()
    scene.item.visibility = Visibility.PUBLIC
    scene.item.save_revision().publish()


def restrict(scene):
    PageViewRestriction.objects.create(
        page=scene.item, restriction_type=PageViewRestriction.LOGIN
    )


def lift(scene):
    PageViewRestriction.objects.all().delete()


def go_live(scene):
    page = make_news_page(archive=scene.site.archive, title="Framtid")
    page.unpublish()
    page.refresh_from_db()
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        call_command("publish_scheduled", verbosity=0)


def expire(scene):
    page = make_news_page(archive=scene.site.archive, title="Förgången")
    page.expire_at = timezone.now() - timedelta(minutes=1)
    page.save()
    call_command("publish_scheduled", verbosity=0)


def succeed(scene):
    # Nobody's last day is before their first, which is today for an earlier successor.
    take_back(scene)
    person = make_contact(given_name="Bo", family_name=f"Efter{next(scene.number)}")
    yesterday = timezone.localdate() - timedelta(days=1)
    succeed_seat(
        scene.seat, person, ended_on=yesterday, starts_on=yesterday + timedelta(days=1)
    )
    scene.seat.affiliations.filter(starts_on__gt=timezone.localdate()).update(
        starts_on=timezone.localdate()
    )


def take_back(scene):
    scene.seat.affiliations.exclude(contact=scene.holder).delete()
    scene.seat.affiliations.update(ends_on=None)


def merge(scene):
    kept = make_contact(given_name="Ada", family_name="Ek-Ny")
    scene.merges.append(merge_contacts(kept, scene.holder, by=scene.editor))


def unmerge(scene):
    undo_merge(scene.merges.pop(), by=scene.editor)


def bring_in(scene):
    done = run(
        f"Förnamn,Efternamn,E-post\nAda,Fil{next(scene.number)},ada@example.org\n"
    )
    assert done.is_done


def undo_bringing_in(scene):
    undo_import(ImportBatch.objects.latest("pk"))


def rename_topic(scene):
    scene.topic.name_sv = f"Mål {next(scene.number)}"
    scene.topic.save()


def rename_network(scene):
    Network.objects.filter(pk=scene.network.pk).update(
        name=f"Nätet {next(scene.number)}"
    )


def rename_organisation(scene):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE crm_organisation SET name = %s WHERE id = %s",
            [f"Kommun {next(scene.number)}", scene.organisation.pk],
        )


def add_members(scene):
    towns = [
        make_organisation(name=f"Stad {next(scene.number)}", is_published=True)
        for _town in range(2)
    ]
    Membership.objects.bulk_create(
        Membership(network=scene.network, organisation=town, role="member")
        for town in towns
    )


def drop_members(scene):
    Membership.objects.exclude(organisation=scene.organisation).delete()


def withdraw_consent(scene):
    Contact.objects.filter(pk=scene.holder.pk).update(publishes_email=False)


def give_consent(scene):
    Contact.objects.filter(pk=scene.holder.pk).update(publishes_email=True)


def change_photo(scene):
    photo = make_image(f"nytt {next(scene.number)}")
    Contact.objects.filter(pk=scene.holder.pk).update(photo=photo)


def open_newsletter(scene):
    make_newsletter(is_open=True)


def colour(scene):
    accent = random.Random(next(scene.number)).choice(("#7a1f1f", "#1f3d7a", "#4a2d6e"))
    SiteTheme.objects.update_or_create(
        site=scene.site.site, defaults={"accent": accent}
    )


def change_foot(scene):
    scene.site.home.refresh_from_db()
    scene.site.home.footer_note = f"Betalt av {next(scene.number)}"
    scene.site.home.save_revision().publish()


def move_site(scene):
    site = scene.site.site
    site.port = 8000 + next(scene.number)
    site.save()


def link_topic(scene):
    topic = Topic.objects.create(slug=f"t-{next(scene.number)}", name_sv="Nytt ämne")
    NewsPageTopic.objects.bulk_create([NewsPageTopic(page=scene.item, topic=topic)])


Change = Callable[[SimpleNamespace], object]
Where = str | Callable[[SimpleNamespace], str]
# In an order in which each can be done; the page that must say something else.
CHANGES: list[tuple[Change, Where]] = [
    (publish, ARCHIVE), (edit, ARCHIVE), (edit, FEED), (move, ARCHIVE),
    (unpublish, HOME), (publish_again, HOME), (hide, SEARCH), (show, SEARCH),
    (restrict, MAP), (lift, MAP), (go_live, ARCHIVE), (publish, HOME),
    (succeed, ITEM), (take_back, ITEM), (merge, ITEM), (unmerge, ITEM),
    (bring_in, ITEM), (undo_bringing_in, ITEM), (withdraw_consent, ITEM),
    (give_consent, ITEM), (change_photo, ITEM), (rename_topic, topic_of),
    (rename_network, network_of), (rename_organisation, network_of),
    (add_members, network_of), (drop_members, network_of), (open_newsletter, HOME),
    (colour, HOME), (change_foot, ARCHIVE), (move_site, FEED), (link_topic, ITEM),
]  # fmt: skip
# What may happen at any time and in any order.
AT_ANY_TIME: list[Change] = [
    publish, edit, unpublish, publish_again, hide, show, restrict, lift, expire, go_live,
    succeed, take_back, rename_topic, rename_network, rename_organisation, add_members,
    drop_members, withdraw_consent, give_consent, open_newsletter, colour, change_foot,
    delete,
]  # fmt: skip
