"""Regular expressions: what they find, what they narrow to, and that none can stall."""

import re

import pytest

from annotator.domain.errors import Refused
from annotator.queries import patterns
from annotator.queries.articles import ORDERS, orderable
from annotator.queries.patterns import Pattern, required
from articles.models import Article
from tests.factories import a_cast, an_article

NEWEST = ORDERS["newest"]


@pytest.fixture
def cast(db):
    return a_cast()


def articles():
    return orderable(Article.objects.all())


def tried(pattern, *, size=50, beyond=None, ignores_case=False):
    return Pattern(pattern, ignores_case=ignores_case).tried_on(articles(), NEWEST, size=size, beyond=beyond)


def found(pattern, **options):
    return {article.title for article, _ in tried(pattern, **options).found}


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("harbour", ["harbour"]),
        (r"harbour fees?", ["harbour fee"]),
        (r"\bharbour\b.*fees", ["harbour", "fees"]),
        (r"colou?r", ["colo"]),
        (r"vot(e|ing) for", ["vot", " for"]),
        (r"harbour|port", []),
        (r"a(b|c)harbour", ["harbour"]),
        (r"[ab|]harbour[^\]]x", ["harbour"]),
        (r"harb{2}our", ["harb", "our"]),
        (r"harb{0,2}our", ["har", "our"]),
        (r"harbo+ur", ["harbo"]),
        (r"9\.5 percent", ["9.5 percent"]),
        (r"\d+ percent", [" percent"]),
        (r"\Qa|b\E", []),
        (r"\x41bcd", []),
        (r"\pLabcd", []),
        (r"(harbour)", []),
        (r"(?:a[)]b)harbour", ["harbour"]),
        (r"harbour*?", ["harbou"]),
        ("ab", []),
    ],
)
def test_letters_that_a_match_must_have_are_seen(pattern, literals):
    assert required(pattern, ignores_case=False) == literals


def test_without_case_letters_that_fold_to_other_alphabets_are_not_relied_on():
    assert required("workshops", ignores_case=True) == ["wor", "hop"]
    assert required("(?i)straße", ignores_case=True) == ["tra"]


@pytest.mark.parametrize("pattern", ["harbour", r"9\.5 per", r"[Hh]arbour fees?", r"rise[.!]", "Straße", r"100% \w_x"])
def test_a_pattern_finds_what_pythons_own_finds(cast, pattern):
    texts = {
        "A": "Harbour fees rise. The harbour fee is 9.5 percent.",
        "B": "The port of Straße-Süd will rise!",
        "C": "100% a_x",
        "D": "harbor",
    }
    for title, text in texts.items():
        an_article(cast.project, by=cast.alice, title=title, text=text)
    expected = {title: [m.span() for m in re.finditer(pattern, text)] for title, text in texts.items()}

    given = {article.title: spans for article, spans in tried(pattern).found}

    assert given == {title: spans for title, spans in expected.items() if spans}


def test_case_is_ignored_where_asked_and_in_every_alphabet(cast):
    for title, text in (("A", "STRASSE im Ärger"), ("B", "strasse ÄRGER"), ("C", "\u017ftra\u017f\u017fe"), ("D", "x")):
        an_article(cast.project, by=cast.alice, title=title, text=text)

    assert found("strasse", ignores_case=True) == {"A", "B", "C"}
    assert found("ärger", ignores_case=True) == {"A", "B"}
    assert found("(?i)ärger") == {"A", "B"}
    assert found("strasse") == {"B"}


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("(", "missing )"),
        (r"(a)\1", "invalid escape sequence"),
        ("(?=a)", "invalid perl operator"),
        ("a" * 301, "301 characters; the most is 300"),
        (r"(\pL{1,100}){1,9}x", "too large"),
        (r"((a?){300}){3}(b?){600}", "repeats too much"),
        ("a\x00", "NUL"),
    ],
)
def test_a_pattern_that_cannot_be_taken_is_refused_with_the_reason(pattern, told):
    with pytest.raises(Refused) as refused:
        Pattern(pattern, ignores_case=False)

    assert told in refused.value.message
    assert refused.value.problems[0].field == "pattern"


def test_pages_go_on_from_the_last_that_was_tried(cast):
    for number in range(7):
        an_article(cast.project, by=cast.alice, title=f"T{number}", text=f"harbour {number}")
    whole = [article.pk for article, _ in tried("harbour").found]

    first = tried("harbour", size=3)
    second = tried("harbour", size=3, beyond=first.position)
    third = tried("harbour", size=3, beyond=second.position)

    assert [article.pk for page in (first, second, third) for article, _ in page.found] == whole
    assert [page.is_end for page in (first, second, third)] == [False, False, True]
    assert not any(page.stopped for page in (first, second, third))


def test_a_search_stops_at_its_bounds_says_so_and_goes_on_from_there(cast, monkeypatch):
    for number in range(5):
        an_article(cast.project, by=cast.alice, title=f"T{number}", text=f"text {number}")
    monkeypatch.setattr(patterns, "MOST_TRIED", 2)
    monkeypatch.setattr(patterns, "_BATCH", 2)

    first = tried("[34]")
    rest = tried("[34]", beyond=first.position)

    assert (first.tried, first.stopped, first.is_end) == (2, True, False)
    assert rest.tried == 2


def test_time_is_over_within_a_text_and_what_was_tried_before_is_kept(cast, monkeypatch):
    """The clock of the test says when time is over, not the machine."""
    for number in range(3):
        an_article(cast.project, by=cast.alice, title=f"T{number}", text=f"text {number}")
    ticks = iter([0.0, 0.1, *[0.2] * 2, *[9.0] * 50])
    monkeypatch.setattr(patterns.time, "monotonic", lambda: next(ticks))

    given = tried("text")

    assert (given.tried, given.stopped, given.is_end) == (1, True, False)
    assert len(given.found) == 1


def test_a_database_that_takes_too_long_is_stopped(cast, monkeypatch):
    an_article(cast.project, by=cast.alice)
    slow = articles().extra(where=["pg_sleep(20) IS NOT NULL"])
    monkeypatch.setattr(patterns, "SECONDS", 0.2)

    given = Pattern("plan", ignores_case=False).tried_on(slow, NEWEST, size=5, beyond=None)

    assert (given.found, given.stopped, given.position) == ([], True, None)


@pytest.mark.parametrize("pattern", [r"(x+x+)+y", r"(a|aa)+$", r"(.*)*b", r"(\w+\s?)+!", "x*"])
def test_what_stalls_other_engines_is_tried_on_a_long_text_to_its_end(cast, pattern):
    text = "x" * 50_000 + "\n" + "word " * 10_000

    assert Pattern(pattern, ignores_case=False).spans(text) is not None


def test_long_texts_are_cut_at_line_ends_and_nothing_is_lost():
    text = "\n".join(f"line {number} harbour" for number in range(5_000))

    spans = Pattern("line 4321 harbour", ignores_case=False).spans(text)

    assert len(Pattern("harbour", ignores_case=False).spans(text)) == patterns.MOST_HITS
    assert [text[start:end] for start, end in spans] == ["line 4321 harbour"]
