from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Public site")

    def ready(self):
        from home.roles import create_roles_once  # noqa: PLC0415 -- models load first

        post_migrate.connect(create_roles_once, sender=self)
