"""newsletter/pasting/documents.py: Word documents, and what pretends to be one."""

import zipfile
from io import BytesIO

import pytest

from newsletter.exceptions import PasteError
from newsletter.pasting import documents
from newsletter.pasting.documents import read_document

NAMESPACES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def make_document(body: str, **files: str) -> BytesIO:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELS)
        archive.writestr(
            "word/document.xml",
            f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        )
        for name, text in files.items():
            archive.writestr(name, text)
    content.seek(0)
    return content


def paragraph(text: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}<w:r><w:t>{text}</w:t></w:r></w:p>"


def test_document_becomes_html():
    file = make_document(paragraph("Hej &lt;b&gt; från Åbo.") + paragraph("Mer."))

    assert read_document(file, 1000) == "<p>Hej &lt;b&gt; från Åbo.</p><p>Mer.</p>"


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken"])
def test_what_is_no_document_is_refused(content):
    with pytest.raises(PasteError):
        read_document(BytesIO(content), len(content))


def test_archive_of_something_else_is_refused():
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    content.seek(0)

    with pytest.raises(PasteError):
        read_document(content, 100)


def test_damaged_document_is_refused():
    with pytest.raises(PasteError):
        read_document(make_document("<w:p>"), 100)


def test_document_too_large_is_refused_before_it_is_read():
    with pytest.raises(PasteError):
        read_document(BytesIO(b""), documents.LARGEST_FILE + 1)


def test_small_archive_with_a_huge_text_is_refused():
    file = make_document("x" * (documents.LARGEST_PART + 1))

    assert len(file.getvalue()) < 100_000
    with pytest.raises(PasteError):
        read_document(file, len(file.getvalue()))


def test_entities_are_not_expanded():
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELS)
        archive.writestr(
            "word/document.xml",
            f'<!DOCTYPE x [<!ENTITY a0 "ha">{bomb}]><w:document {NAMESPACES}><w:body>'
            + paragraph("&a8;")
            + "</w:body></w:document>",
        )
    content.seek(0)

    with pytest.raises(PasteError):
        read_document(content, 1000)
