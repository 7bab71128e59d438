from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletter")

    def ready(self):
        import newsletter.checks  # noqa: F401, PLC0415 -- registers when it is imported
        from newsletter.merging import (  # noqa: PLC0415 -- models load first
            register_merging,
        )
        from newsletter.timeline import (  # noqa: PLC0415 -- models load first
            register_timeline,
        )

        register_merging()
        register_timeline()
