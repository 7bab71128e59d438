from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Kind of long work -> what does it, and what the page over its progress is called.
JOBS = {
    "crm.import_preview": (
        "crm.imports.jobs.run_preview",
        _("Look at a file to import"),
    ),
    "crm.import": ("crm.imports.jobs.run_import", _("Import contacts")),
    "crm.import_undo_look": (
        "crm.imports.jobs.run_look",
        _("Look at what undoing would do"),
    ),
    "crm.import_undo": ("crm.imports.jobs.run_undo", _("Undo an import")),
    "bulk": ("crm.bulk.running.run_bulk", _("Change many contacts")),
    "duplicates": ("crm.duplicates.run_search", _("Look for duplicates")),
    "count_segments": (
        "crm.segments.recounting.count_segments",
        _("Count the segments"),
    ),
    "drop_field": ("crm.custom_updates.run_drop", _("Delete a field of our own")),
}


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Register")

    def ready(self):
        from crm.doings import register_doings  # noqa: PLC0415 -- models load first
        from crm.happenings import (  # noqa: PLC0415 -- models load first
            register_happenings,
        )
        from crm.imports.timeline import (  # noqa: PLC0415 -- models load first
            register_imports,
        )
        from crm.jobs import register_job  # noqa: PLC0415 -- models load first
        from crm.merging.moving import (  # noqa: PLC0415 -- models load first
            register_own_relations,
        )
        from crm.own_data.registering import (  # noqa: PLC0415 -- models load first
            register_own_sections,
        )
        from crm.segments.kinds import (  # noqa: PLC0415 -- models load first
            register_kinds,
        )

        register_kinds()
        register_happenings()
        register_imports()
        register_doings()
        register_own_relations()
        register_own_sections()
        for kind, (work, title) in JOBS.items():
            register_job(kind, work, title)
