"""The role groups a new site starts with. docs/permissions.md has them as a table.

They are made once, after the first ``migrate``; from then on they are the site's own to
change in the admin, and no later migration overrides what was decided there. That is
why it is a handler of post_migrate and no data migration: permissions themselves only
exist after migrating, in tests too.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
)

ACCESS = "wagtailadmin.access_admin"
REGISTER = (
    "contact",
    "organisation",
    "seat",
    "network",
    "role",
    "topic",
    "purpose",
    "grant",
    "segment",
    "suppression",
    "event",
    "eventseries",
    "place",
    "publication",
    "mediaitem",
)
# What items tell of: editors write it down as they write about it.
EDITORIAL = ("event", "eventseries", "place", "publication", "mediaitem")
SEND_SCREENS = (
    "newsletter.view_campaign",
    "newsletter.view_newsletter",
    "newsletter.view_recipients",
    "crm.view_segment",
)
CHOOSE_RECIPIENTS = ("newsletter.add_recipients", "newsletter.change_recipients")

PERMISSIONS: dict[str, tuple[str, ...]] = {
    "Editors": (
        ACCESS,
        *SEND_SCREENS,
        *CHOOSE_RECIPIENTS,
        "newsletter.send_test",
        "wagtail_localize.submit_translation",
        # Facts that are public anyway. Not who people are.
        "crm.view_organisation",
        "crm.view_network",
        "crm.view_grant",
        "crm.view_topic",
        *(
            f"crm.{action}_{model}"
            for model in EDITORIAL
            for action in ("view", "add", "change")
        ),
    ),
    "Register keepers": (
        ACCESS,
        *(
            f"crm.{action}_{model}"
            for model in REGISTER
            for action in ("view", "add", "change", "delete")
            # A stopped address is stopped or lifted, never edited.
            if (action, model) != ("change", "suppression")
        ),
        # What people ask about their own data: asked by them, answered here.
        "crm.view_datarequest",
        "crm.change_datarequest",
        "crm.export_contact",
        "crm.erase_contact",
        "newsletter.view_deliveryevent",
    ),
    "Approvers": (ACCESS, *SEND_SCREENS, "newsletter.approve_campaign"),
    "Senders": (
        ACCESS,
        *SEND_SCREENS,
        *CHOOSE_RECIPIENTS,
        "newsletter.send_test",
        "newsletter.send_campaign",
        *(
            f"newsletter.{action}_destination"
            for action in ("view", "add", "change", "delete")
        ),
    ),
    "Auditors": (
        ACCESS,
        *(f"crm.view_{model}" for model in REGISTER),
        "crm.view_datarequest",
        "newsletter.view_campaign",
        "newsletter.view_newsletter",
        "newsletter.view_recipients",
        "newsletter.view_destination",
        "newsletter.view_tracking",
        "newsletter.view_deliveryevent",
        # Exports stand in the history of whoever took the file.
        "auth.view_user",
    ),
}
# What the groups are called. They are rows that the site may rename, so that they get
# their names once, in the site's own language.
NAMES = {
    "Editors": _("Editors"),
    "Register keepers": _("Register keepers"),
    "Approvers": _("Approvers"),
    "Senders": _("Senders"),
    "Auditors": _("Auditors"),
}
# On the whole page tree. Who may publish may also read drafts; who may change may open
# an item's form, where the button to send is.
PAGE_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "Editors": ("add_page", "change_page", "publish_page"),
    "Approvers": ("publish_page",),
    "Senders": ("change_page",),
}
# On the root collection: logos and portraits are chosen in the register.
IMAGE_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "Editors": ("add_image", "change_image", "choose_image"),
    "Register keepers": ("add_image", "choose_image"),
}
# Made by Wagtail's first migration; it has no place among these roles.
FOREIGN_GROUP = "Moderators"
# And this, which has one.
WAGTAILS_OWN = "Editors"


def create_roles_once(**_signal: Any) -> None:
    """Make the role groups on a site that has none of them; a post_migrate handler."""
    tables = connection.introspection.table_names()
    if GroupCollectionPermission._meta.db_table not in tables:
        return  # a single app was migrated; the rest follows
    # Wagtail has made the editors already.
    others = [role for role in PERMISSIONS if role != WAGTAILS_OWN]
    names = {*others, *(name_role(role) for role in others)}
    if not Group.objects.filter(name__in=names).exists():
        Group.objects.filter(name=WAGTAILS_OWN).update(name=name_role(WAGTAILS_OWN))
        create_roles()


def name_role(role: str) -> str:
    """Return what the group of a role is called when it is made."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(NAMES[role])


@transaction.atomic
def create_roles() -> list[Group]:
    """Give every role group exactly its permissions; return the groups.

    Makes those that are missing and resets the others. Raises LookupError naming a
    permission that there is not.
    """
    for label in {
        name.split(".")[0] for names in PERMISSIONS.values() for name in names
    }:
        create_permissions(apps.get_app_config(label), verbosity=0)
    groups = []
    for name, wanted in PERMISSIONS.items():
        group, _is_new = Group.objects.get_or_create(name=name_role(name))
        group.permissions.set(find_permissions(wanted))
        _grant_on_tree(group, PAGE_PERMISSIONS.get(name, ()))
        _grant_on_images(group, IMAGE_PERMISSIONS.get(name, ()))
        groups.append(group)
    Group.objects.filter(name=FOREIGN_GROUP, user__isnull=True).delete()
    return groups


def find_permissions(names: Iterable[str]) -> list[Permission]:
    """Return the permissions named "app.codename"; LookupError when one is missing."""
    found = []
    for name in names:
        app, codename = name.split(".")
        permission = Permission.objects.filter(
            content_type__app_label=app, codename=codename
        ).first()
        if permission is None:
            raise LookupError(f"There is no permission {name}.")
        found.append(permission)
    return found


def _grant_on_tree(group: Group, codenames: Iterable[str]) -> None:
    group.page_permissions.all().delete()
    root = Page.get_first_root_node()
    for name in codenames:
        (permission,) = find_permissions([f"wagtailcore.{name}"])
        GroupPagePermission.objects.create(
            group=group, page=root, permission=permission
        )


def _grant_on_images(group: Group, codenames: Iterable[str]) -> None:
    images = group.collection_permissions.filter(
        permission__content_type__app_label="wagtailimages"
    )
    images.delete()
    root = Collection.get_first_root_node()
    for name in codenames:
        (permission,) = find_permissions([f"wagtailimages.{name}"])
        GroupCollectionPermission.objects.create(
            group=group, collection=root, permission=permission
        )
