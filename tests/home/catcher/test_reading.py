import pytest

from home.catcher.reading import find_html, find_text, read_header, read_source


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        (b"Subject: Hej", "Hej"),
        (b"Subject: =?utf-8?q?=C3=85sa?=", "Åsa"),
        (b"Subject: =?utf-8?b?w4Vz?=\r\n =?utf-8?b?YQ==?= b", "Åsa b"),
        (b"subject: \xc3\x85sa", "Åsa"),
        (b"Subject: =?utf-8?b?a?=", "=?utf-8?b?a?="),
        (b"Subject: =?klingon?q?Hej?=", "Hej"),
        (b"Subject: =?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        (b"X-Other: Hej", ""),
        (b"", ""),
    ],
)
def test_read_header_any_form_gives_one_line(line, subject):
    assert read_header(line + b"\r\n\r\nBody", "Subject") == subject


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"Content-Type: multipart/alternative\r\n\r\nno boundary",
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n',
        b"Content-Type: message/rfc822\r\n\r\n",
        b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n!!",
    ],
)
def test_find_html_broken_mail_is_none(content):
    assert find_html(content) is None


def test_find_text_unknown_charset_shows_what_it_can():
    content = b"Content-Type: text/plain; charset=klingon\r\n\r\nHej \xc3\x85sa\xff"

    assert find_text(content) == "Hej Åsa\ufffd"


def test_find_text_broken_base64_shows_it_as_it_came():
    content = b"Content-Transfer-Encoding: base64\r\n\r\nabcde"

    assert find_text(content) == "abcde"


def test_find_text_attached_file_is_not_the_text():
    content = (
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        b'Content-Type: text/plain; name="list.txt"\r\n\r\nfile\r\n--b\r\n'
        b"Content-Type: text/plain\r\n\r\nletter\r\n--b--\r\n"
    )

    assert find_text(content) == "letter"


def test_find_parts_of_a_letter(letter):
    assert find_text(letter.as_bytes()) == "Hej Åsa!\n"
    assert find_html(letter.as_bytes()) == (
        '<html><head><base target="_blank"></head><p>Hej Åsa!</p>\n'
    )


def test_read_source_keeps_every_line():
    assert read_source(b"A: b\r\n\r\n<script>\xff\r\n") == "A: b\n\n<script>\ufffd\n"
