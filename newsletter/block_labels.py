"""The names that blocks go by in the editor while they are folded."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


def insert_block_labels() -> SafeString:
    """Return the script that leaves empty choosers out, for ``insert_editor_js``."""
    return format_html(
        '<script src="{}"></script>', static("newsletter/js/block_labels.js")
    )
