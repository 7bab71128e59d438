"""What no public page shows, so that writing it leaves the pages as they are.

Whatever is not named here begins a new generation of pages when it is written: a table
that somebody adds tomorrow, too. tests/home/caching/test_tables.py holds the pages
against this list: none of them may read what stands here.
"""

UNSEEN_BY_REASON = {
    "this cache's own": {"home_pagegeneration"},
    "the counters that reading itself raises": {
        "newsletter_linktotal",
        "newsletter_pagevisits",
    },
    "who is logged in, and what the web server is doing": {
        "django_session",
        "django_tasks_database_dbtaskresult",
        "crm_job",
    },
    "a new generation begins after every migration anyway": {"django_migrations"},
    "sending and hearing back: the page says nothing of its letters": {
        "newsletter_acknowledgement",
        "newsletter_approval",
        "newsletter_campaign",
        "newsletter_delivery",
        "newsletter_deliveryevent",
        "newsletter_destination",
        "newsletter_epoch",
        "newsletter_leftout",
        "newsletter_sendercheck",
        "newsletter_signup",
        "newsletter_variant",
        "newsletter_worker",
    },
    "who may be mailed: shown to nobody but themselves, on pages that are not kept": {
        "crm_consententry",
        "crm_consentstate",
        "crm_datarequest",
        "crm_suppression",
    },
    "the register's own books: history, undo, counts, tasks, keys": {
        "crm_apitoken",
        "crm_distinctpair",
        "crm_importbatch",
        "crm_importchange",
        "crm_importsource",
        "crm_interaction",
        "crm_merge",
        "crm_seattask",
        "crm_segmentcount",
    },
    "drafts, comments and the editors' work: a page shows what is published": {
        "wagtailadmin_editingsession",
        "wagtailadmin_formstate",
        "wagtailcore_apitoken",
        "wagtailcore_comment",
        "wagtailcore_commentreply",
        "wagtailcore_modellogentry",
        "wagtailcore_pagelogentry",
        "wagtailcore_pagesubscription",
        "wagtailcore_revision",
        "wagtailcore_taskstate",
        "wagtailcore_uploadedfile",
        "wagtailcore_workflowstate",
        "wagtailusers_userprofile",
    },
    "the admin's search, and what uses what": {
        "wagtailcore_referenceindex",
        "wagtailsearch_indexentry",
        "wagtailsearch_indexentry_fts",
    },
    "texts on their way to be translated; the translation is a page": {
        "wagtail_localize_localesynchronization",
        "wagtail_localize_overridablesegment",
        "wagtail_localize_relatedobjectsegment",
        "wagtail_localize_segmentoverride",
        "wagtail_localize_string",
        "wagtail_localize_stringsegment",
        "wagtail_localize_stringtranslation",
        "wagtail_localize_template",
        "wagtail_localize_templatesegment",
        "wagtail_localize_translatableobject",
        "wagtail_localize_translation",
        "wagtail_localize_translationcontext",
        "wagtail_localize_translationlog",
        "wagtail_localize_translationsource",
    },
}
UNSEEN = frozenset(table for tables in UNSEEN_BY_REASON.values() for table in tables)

# Rows that may be added unseen, not changed or removed: the page that needs a picture in
# a new size makes it while it is read.
UNSEEN_WHEN_ADDED = frozenset({"wagtailimages_rendition"})

# Columns that no page shows, of tables that pages do show: what saving a draft writes
# every few seconds, and what logging in does.
UNSEEN_COLUMNS = {
    "auth_user": frozenset({"last_login"}),
    "newsletter_newspage": frozenset({"newsletter_campaign"}),
    "wagtailcore_page": frozenset(
        {
            "draft_title",
            "has_unpublished_changes",
            "latest_revision_created_at",
            "latest_revision_id",
            "locked",
            "locked_at",
            "locked_by_id",
        }
    ),
}
