"""The demo's log-ins. Their password is public: never on a site that others reach."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from wagtail.users.models import UserProfile

from home.roles import name_role

PASSWORD = "rundbrev"  # noqa: S105 -- printed in the README
# Name -> given name, family name, role groups. The editor is the one of the tour, who
# does the whole way alone.
USERS = {
    "editor": ("Farid", "Nazari", ["Editors", "Register keepers", "Senders"]),
    "keeper": ("Karin", "Bäckström", ["Register keepers"]),
    "approver": ("Ylva", "Nordgren", ["Approvers"]),
    "sender": ("Mikael", "Särkijärvi", ["Senders"]),
    "auditor": ("Daniel", "Öhman", ["Auditors"]),
}


def load_users() -> int:
    """Make the log-ins that are not there, an administrator among them."""
    model = get_user_model()
    if not model.objects.filter(username="admin").exists():
        admin = model.objects.create_superuser(
            "admin", "admin@natverket.example", PASSWORD, first_name="Admin"
        )
        _speak_swedish(admin)
    for name, (given, family, groups) in USERS.items():
        user, is_new = model.objects.get_or_create(
            username=name,
            defaults={
                "email": f"{name}@natverket.example",
                "first_name": given,
                "last_name": family,
            },
        )
        if is_new:
            user.set_password(PASSWORD)
            user.save()
            names = [name_role(role) for role in groups]
            user.groups.set(Group.objects.filter(name__in=names))
            _speak_swedish(user)
    return 1 + len(USERS)


def _speak_swedish(user) -> None:
    UserProfile.objects.update_or_create(
        user=user, defaults={"preferred_language": "sv"}
    )
