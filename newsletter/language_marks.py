"""Marks in rich text for words in another language: ``<span lang="en">``.

Screen readers and hyphenation need them (WCAG 2.2, 3.1.2). They are inline styles to
the editor, so that Draftail needs no script of ours for them.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.rich_text.converters.html_to_contentstate import (
    InlineStyleElementHandler,
)
from wagtail.admin.rich_text.editors.draftail.features import InlineStyleFeature

LANGUAGES = {"en": _("Words in English"), "sv": _("Words in Swedish")}


def register_language_marks(features):
    """Add the features ``lang-en`` and ``lang-sv`` to Wagtail's registry."""
    for code, description in LANGUAGES.items():
        style = f"LANG_{code.upper()}"
        features.register_editor_plugin(
            "draftail",
            f"lang-{code}",
            InlineStyleFeature(
                {
                    "type": style,
                    "label": code.upper(),
                    "description": description,
                    "style": {"textDecoration": "underline dotted"},
                }
            ),
        )
        features.register_converter_rule(
            "contentstate",
            f"lang-{code}",
            {
                "from_database_format": {
                    f'span[lang="{code}"]': InlineStyleElementHandler(style)
                },
                "to_database_format": {
                    "style_map": {style: {"element": "span", "props": {"lang": code}}}
                },
            },
        )
