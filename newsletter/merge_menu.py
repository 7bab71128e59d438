"""The menu of merge fields in the editor: what there is, in words, and its script."""

from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from newsletter.mail.merge import describe_fields


def insert_merge_menu() -> SafeString:
    """Return the script with its words, for Wagtail's hook ``insert_editor_js``."""
    words = {
        "button": _("Insert merge field"),
        "menu": _("Merge fields"),
        "fields": [field._asdict() for field in describe_fields()],
    }
    return format_html(
        '{}<link rel="stylesheet" href="{}"><script src="{}"></script>',
        json_script(words, "rb-merge-fields"),
        static("newsletter/css/merge_fields.css"),
        static("newsletter/js/merge_fields.js"),
    )
