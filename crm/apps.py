from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Register")

    def ready(self):
        from crm.merging.moving import (  # noqa: PLC0415 -- models load first
            register_own_relations,
        )
        from crm.segments.kinds import (  # noqa: PLC0415 -- models load first
            register_kinds,
        )
        from crm.timeline import (  # noqa: PLC0415 -- models load first
            register_own_sources,
        )

        register_kinds()
        register_own_sources()
        register_own_relations()
