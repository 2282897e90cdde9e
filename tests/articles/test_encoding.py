"""In which encoding a file is: known by a rule, told where it was no plain matter, refused when in doubt."""

import pytest

from articles.readers.encoding import decoded
from articles.readers.row import Unreadable

GERMAN = "Die Bürgermeisterin sagte: „Wir schließen keine Schule.“ Für 3 € mehr – so heißt es – fährt der Zug weiter."
RUSSIAN = "Мэр заявила в пятницу, что город не закроет ни одной школы.\nСовет проголосует в мае."


@pytest.mark.parametrize(
    ("raw", "declared"),
    [
        (GERMAN.encode(), ""),
        (GERMAN.encode(), "utf-8"),
        (GERMAN.encode(), "iso-8859-1"),  # declared by many a server of pages that are UTF-8
        (b"\xef\xbb\xbf" + GERMAN.encode(), ""),
        (GERMAN.encode("utf-16"), ""),
        (b"\xfe\xff" + GERMAN.encode("utf-16-be"), "windows-1252"),
        (GERMAN.encode("utf-32"), ""),
        (GERMAN.encode("cp1252"), "windows-1252"),
        (GERMAN.encode("cp1252"), "ISO-8859-1"),
        (GERMAN.encode("cp1252"), "us-ascii"),
    ],
)
def test_a_mark_utf8_and_what_a_file_declares_are_believed(raw, declared):
    found = decoded(raw, declared=declared)

    assert (found.text, found.note) == (GERMAN, "")


@pytest.mark.parametrize(
    ("text", "declared"),
    [(RUSSIAN, "koi8-r"), (RUSSIAN, "windows-1251"), ("新聞です。", "iso-2022-jp"), ("新聞", "gbk")],
)
def test_other_declared_encodings_are_read(text, declared):
    assert decoded(text.encode(declared), declared=declared).text == text


@pytest.mark.parametrize("text", [GERMAN, RUSSIAN, "The mayor said: no.", "Η δήμαρχος είπε όχι στο σχέδιο."])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_known_by_its_blanks_and_told(text, encoding):
    found = decoded(text.encode(encoding))

    assert (found.text, found.note) == (
        text,
        f"It has no mark of its encoding; it was read as {encoding.upper()}.",
    )


@pytest.mark.parametrize(
    "spoilt", ["The mayor said\x00\nno, and that is that.\x00", "Die Bürgermeisterin sagte\x00\nnein.."]
)
def test_a_text_into_which_a_few_nuls_have_come_is_no_utf16(spoilt):
    raw = spoilt.encode()
    assert len(raw) % 2 == 0

    assert decoded(raw).text == spoilt


def test_windows_1252_is_told_with_the_characters_to_look_at():
    found = decoded(GERMAN.encode("cp1252"))

    assert found.text == GERMAN
    assert found.note == "Not UTF-8; it was read as Windows-1252, with ü „ ß “ € – ä: see whether they are right."


@pytest.mark.parametrize(
    ("raw", "declared", "said"),
    [
        (
            b"caf\xe9 and caf\xc3\xa9",
            "",
            "byte 0xE9 at position 3 cannot be read, though other parts are UTF-8: two enc",
        ),
        (GERMAN.encode() + GERMAN.encode("cp1252"), "", "two encodings are mixed. Save it as UTF-8."),
        (b"\x81 la carte", "", "byte 0x81 at position 0 cannot be read, and it is not Windows-1252 either."),
        (RUSSIAN.encode("cp1251"), "", "As Windows-1252 it would have “÷” in it, so it is in doubt."),
        ("Мэр".encode("cp1251"), "", "As Windows-1252 it would be of few plain letters, so it is in doubt."),
        (RUSSIAN.encode("koi8-r"), "", "so it is in doubt. Save it as UTF-8."),
        ("Die Bürgermeisterin".encode("mac-roman"), "", "As Windows-1252 it would have “BŸr” in it"),
        ("Żółta łódź".encode("cp1250"), "", "As Windows-1252 it would have “dŸ” in it, so it is in doubt."),
        (" \u2000".encode("utf-16-le") * 9, "", "It may be UTF-16 in either byte order: save it as UTF-8."),
        (b"caf\xe9s", "utf-16", "It declares itself utf-16, but byte"),
        (b"caf\xe9", "klingon", "It declares the encoding “klingon”, which is unknown."),
        (b"cafe", "rot13", "It declares the encoding “rot13”, which is none of texts."),
        (b"+ADw-script+AD4-", "utf-7", "which is none of texts."),
        (b"\xef\xbb\xbfcaf\xe9", "", "It begins with the mark of UTF-8, but byte 0xE9 at position 3 is not."),
        (b"\xff\xfea", "", "It begins with the mark of UTF-16-LE, but byte"),
    ],
)
def test_what_is_in_doubt_is_refused_with_the_reason(raw, declared, said):
    with pytest.raises(Unreadable) as refused:
        decoded(raw, declared=declared)

    assert said in str(refused.value)
