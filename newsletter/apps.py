from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletter")

    def ready(self):
        import newsletter.checks  # noqa: F401, PLC0415 -- registers when it is imported
        from crm.copies import register_copies  # noqa: PLC0415 -- models load first
        from crm.grants import register_report  # noqa: PLC0415 -- models load first
        from crm.jobs import register_job  # noqa: PLC0415 -- models load first
        from crm.pruning import (  # noqa: PLC0415 -- models load first
            register_forgettable,
        )
        from newsletter.field_uses import (  # noqa: PLC0415 -- models load first
            register_field_uses,
        )
        from newsletter.joining import (  # noqa: PLC0415 -- models load first
            list_unconfirmed,
        )
        from newsletter.merging import (  # noqa: PLC0415 -- models load first
            register_merging,
        )
        from newsletter.own_data import (  # noqa: PLC0415 -- models load first
            register_own_data,
        )
        from newsletter.segments import (  # noqa: PLC0415 -- models load first
            register_segments,
        )
        from newsletter.timeline import (  # noqa: PLC0415 -- models load first
            register_timeline,
        )

        register_job(
            "newsletter.package",
            "newsletter.packaging.keeping.make_package",
            _("Making the archive package of a send"),
        )
        register_job(
            "newsletter.count_report",
            "newsletter.statistics.recounting.count_kept_report",
            _("Counting a large send"),
        )
        register_copies("packages", "newsletter.packaging.keeping.drop_packages")
        _listen_to_providers()
        register_report("newsletter_grants:items")
        register_merging()
        register_field_uses()
        register_own_data()
        register_segments()
        register_timeline()
        register_forgettable("sign-ups never confirmed", list_unconfirmed)


def _listen_to_providers():
    """Hear what Anymail's webhook views take in."""
    from anymail.signals import (  # noqa: PLC0415 -- with its receivers
        inbound,
        tracking,
    )

    from newsletter.delivery.listeners.webhooks import (  # noqa: PLC0415 -- models load first
        hear_inbound,
        hear_tracking,
    )

    tracking.connect(hear_tracking, dispatch_uid="newsletter.tracking")
    inbound.connect(hear_inbound, dispatch_uid="newsletter.inbound")
