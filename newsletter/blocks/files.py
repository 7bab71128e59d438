"""Files to take along."""

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from newsletter.blocks.base import ContentBlock, language_choices


class FileValue(blocks.StructValue):
    @property
    def title(self) -> str:
        """What the file is called here."""
        document = self["document"]
        return self["name"] or (document.title if document else "")

    @property
    def kind(self) -> str:
        """Format and size: "PDF, 240 kB"; "" for a document that has been deleted."""
        document = self["document"]
        if document is None:
            return ""
        size = filesizeformat(document.file_size) if document.file_size else ""
        return ", ".join(p for p in (document.file_extension.upper(), size) if p)

    @property
    def url(self) -> str:
        document = self["document"]
        return document.url if document else ""


class FileBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    name = blocks.CharBlock(
        label=_("Name"),
        max_length=160,
        required=False,
        help_text=_("Left empty, the document’s own title is shown."),
    )
    file_language = blocks.ChoiceBlock(
        choices=language_choices,
        required=False,
        label=_("Language of the file"),
        search_index=False,
    )

    class Meta:
        icon = "doc-full"
        label_format = "{name} {document}"
        value_class = FileValue


class FilesValue(blocks.StructValue):
    @property
    def present(self) -> list[Any]:
        """The files that are still there."""
        return [file for file in self["files"] if file["document"]]


class FilesBlock(ContentBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=80, required=False)
    files = blocks.ListBlock(FileBlock(label=_("File")), label=_("Files"), min_num=1)

    class Meta:
        label = _("Files")
        icon = "doc-full-inverse"
        template = "web/blocks/files.html"
        group = _("Links and people")
        label_format = "{heading}"
        value_class = FilesValue
