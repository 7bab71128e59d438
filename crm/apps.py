from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Register")

    def ready(self):
        from crm.bulk import BULK_JOB, run_bulk  # noqa: PLC0415 -- models load first
        from crm.custom_updates import (  # noqa: PLC0415 -- models load first
            DROP_JOB,
            run_drop,
        )
        from crm.duplicates import (  # noqa: PLC0415 -- models load first
            DUPLICATES_JOB,
            run_search,
        )
        from crm.imports.jobs import (  # noqa: PLC0415 -- models load first
            IMPORT_JOB,
            PREVIEW_JOB,
            UNDO_JOB,
            run_import,
            run_preview,
            run_undo,
        )
        from crm.imports.timeline import (  # noqa: PLC0415 -- models load first
            register_imports,
        )
        from crm.jobs import register_job  # noqa: PLC0415 -- models load first
        from crm.merging.moving import (  # noqa: PLC0415 -- models load first
            register_own_relations,
        )
        from crm.segments.kinds import (  # noqa: PLC0415 -- models load first
            register_kinds,
        )
        from crm.segments.recounting import (  # noqa: PLC0415 -- models load first
            COUNT_JOB,
            count_segments,
        )
        from crm.timeline import (  # noqa: PLC0415 -- models load first
            register_own_sources,
        )

        register_kinds()
        register_own_sources()
        register_imports()
        register_own_relations()
        register_job(PREVIEW_JOB, run_preview, _("Look at a file to import"))
        register_job(IMPORT_JOB, run_import, _("Import contacts"))
        register_job(UNDO_JOB, run_undo, _("Undo an import"))
        register_job(BULK_JOB, run_bulk, _("Change many contacts"))
        register_job(DUPLICATES_JOB, run_search, _("Look for duplicates"))
        register_job(COUNT_JOB, count_segments, _("Count the segments"))
        register_job(DROP_JOB, run_drop, _("Delete a field of our own"))
