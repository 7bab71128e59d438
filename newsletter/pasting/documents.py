"""A Word document (.docx) becomes HTML, by mammoth; pictures stay behind."""

import zipfile
from io import BytesIO
from typing import BinaryIO

import mammoth
from django.utils.translation import gettext as _

from newsletter.exceptions import PasteError

LARGEST_FILE = 10 * 1024 * 1024
# A small archive can hold a huge document.
LARGEST_UNPACKED = 60 * 1024 * 1024
LARGEST_PART = 15 * 1024 * 1024
MOST_FILES = 2000
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Rubrik'] => h1:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Citat'] => blockquote > p:fresh
p[style-name='Starkt citat'] => blockquote > p:fresh
"""


def read_document(file: BinaryIO, size: int) -> str:
    """Return a Word document as HTML; ``size`` is the file's in bytes.

    Raises PasteError for what is too large, damaged, or no Word document.
    """
    if size > LARGEST_FILE:
        raise PasteError(
            _("The document is larger than %(most)s MB. Take pictures out of it first.")
            % {"most": LARGEST_FILE // 1024**2}
        )
    content = BytesIO(file.read(LARGEST_FILE + 1))
    _check_archive(content)
    try:
        result = mammoth.convert_to_html(
            content, style_map=STYLES, convert_image=_leave_picture
        )
    # mammoth lets through whatever goes wrong inside it.
    except Exception as error:
        raise PasteError(
            _("The document is damaged and cannot be read. Paste its text instead.")
        ) from error
    return str(result.value)


def _check_archive(content: BytesIO) -> None:
    try:
        with zipfile.ZipFile(content) as archive:
            files = archive.infolist()
    except zipfile.BadZipFile as error:
        raise PasteError(
            _("This is no Word document. Save it as .docx, or paste its text.")
        ) from error
    texts = [f.file_size for f in files if f.filename.endswith((".xml", ".rels"))]
    too_large = (
        len(files) > MOST_FILES
        or sum(f.file_size for f in files) > LARGEST_UNPACKED
        or max(texts, default=0) > LARGEST_PART
    )
    if too_large:
        raise PasteError(_("The document holds too much to be read."))
    if not any(f.filename == "word/document.xml" for f in files):
        raise PasteError(
            _("This is no Word document. Save it as .docx, or paste its text.")
        )
    content.seek(0)


@mammoth.images.img_element
def _leave_picture(image):
    """Keep only that there was a picture, and its description."""
    return {"src": "", "alt": image.alt_text or ""}
