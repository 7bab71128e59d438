from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _
from wagtail.signals import page_published, page_unpublished


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Public site")

    def ready(self):
        from home.caching.generation import (  # noqa: PLC0415 -- models load first
            begin_after_migrating,
        )
        from home.caching.watching import watch  # noqa: PLC0415 -- models load first
        from home.directory.addressing import (  # noqa: PLC0415 -- models load first
            find_pages,
        )
        from home.pictures.watching import (  # noqa: PLC0415 -- models load first
            watch_pictures,
        )
        from home.roles import create_roles_once  # noqa: PLC0415 -- models load first
        from home.search.indexing import (  # noqa: PLC0415 -- models load first
            forget_words,
            keep_words,
        )
        from newsletter.organisation_links import (  # noqa: PLC0415 -- models load first
            register_organisation_pages,
        )

        register_organisation_pages(find_pages)
        connection_created.connect(watch)
        post_migrate.connect(create_roles_once, sender=self)
        post_migrate.connect(begin_after_migrating, sender=self)
        page_published.connect(keep_words)
        page_unpublished.connect(forget_words)
        watch_pictures()
