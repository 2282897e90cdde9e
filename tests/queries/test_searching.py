"""The words that are searched: how texts are cut and folded, and that the index follows its article."""

import re

import pytest
from django.db import connection

from annotator.actions.articles import change_article
from annotator.actions.purging import purge_article
from annotator.actions.revisions import revise_article, undo_revision
from annotator.domain.search import LONGEST
from annotator.queries.hits import spans_in
from annotator.queries.searching import read, saying
from articles.models import Article, ArticleWords, Revision
from articles.words import CHARACTERS, MARKS, SEPARATORS, UNSEEN, is_character, words_of
from tests.factories import a_cast, an_article


def test_database_and_python_cut_texts_at_the_same_characters(db):
    """Characters between two letters part them, or do not: the edges of all ranges, and every 61st of Unicode."""
    edges = {code for first, last in SEPARATORS for code in (first - 1, first, last, last + 1)}
    codes = {*edges, *range(1, 0x110000, 61)} - {-1, 0, *range(0xD800, 0xE000)}
    written = {code: f"a{chr(code)}b" for code in codes}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM unnest(%s::int[], %s::text[]) AS t (code, text) WHERE articles_words(text) = ' a b '",
            [list(written), list(written.values())],
        )
        parted = {code for (code,) in cursor.fetchall()}

    assert parted == {code for code in codes if words_of(written[code]) == ["a", "b"]}
    assert parted == {code for code in codes if any(first <= code <= last for first, last in SEPARATORS)}


def test_database_and_python_find_the_same_characters_of_scripts_without_blanks(db):
    """Between two letters a character is a word of its own, or a mark on one before it: the edges of all ranges."""
    edges = {code for first, last in (*CHARACTERS, *MARKS) for code in (first - 1, first, last, last + 1)}
    codes = {*edges, *range(1, 0x110000, 61)} - {0, *range(0xD800, 0xE000)}
    written = {code: f"a\u4e2d{chr(code)}b" for code in codes if chr(code) not in UNSEEN}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, regexp_count(articles_words(text), '[^ ]+') "
            "FROM unnest(%s::int[], %s::text[]) AS t (code, text)",
            [list(written), list(written.values())],
        )
        counted = dict(cursor.fetchall())

    assert counted == {code: len(words_of(text)) for code, text in written.items()}
    assert {code for code in written if is_character(chr(code))} == {
        code for code in written if any(first <= code <= last for first, last in CHARACTERS)
    }


def found_by(cast, query):
    query = read(query)
    return {article.title for article in saying(Article.objects.all(), query, projects=[cast.project.pk])}


@pytest.fixture
def cast(db):
    return a_cast()


def test_marks_accents_and_unseen_characters_do_not_hide_a_word(cast):
    an_article(cast.project, by=cast.alice, title="A", text="Der Bürger\u00admeis\u200dter sagt: Ca\u0301fe\u0301!")

    assert found_by(cast, "bürgermeister") == {"A"}
    assert found_by(cast, '"cafe"') == {"A"}
    assert found_by(cast, "burger*") == {"A"}
    assert found_by(cast, "meister") == set()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("final", "ﬁnal"),
        ("nhk", "ＮＨＫ"),
        ("kg", "㎏"),
        ("ｔｈｅ", "The"),
        ("カフェ", None),
        ("ｶﾌｪ", "ｶﾌｪ"),
        ("x2", None),
        ("IV", None),
    ],
)
def test_what_stands_for_other_letters_is_found_as_these_where_the_documentation_says_so(cast, query, found):
    article = an_article(cast.project, by=cast.alice, title="A", text="The ﬁnal on ＮＨＫ: 5 ㎏, ｶﾌｪ x² Ⅳ.")

    assert found_by(cast, query) == ({"A"} if found else set())
    [spans] = spans_in([article], read(query))
    assert [article.current.text[start:end] for start, end in spans] == ([found] if found else [])


def test_points_and_vowels_do_not_hide_a_word_and_hits_have_them(cast):
    pointed = "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd \u05dc\u05db\u05d5\u05dc\u05dd"  # shalom lakulam
    vowelled = "\u0634\u0643\u0631\u0627\u064b \u062c\u062f\u0640\u0640\u0627\u064b"  # shukran jiddan
    hebrew = an_article(cast.project, by=cast.alice, title="H", text=f"And {pointed}.", language="he")
    an_article(cast.project, by=cast.alice, title=vowelled, text=f"And {vowelled}.", language="ar")

    assert found_by(cast, "\u05e9\u05dc\u05d5\u05dd") == {"H"}
    assert found_by(cast, '"\u05e9\u05dc\u05d5\u05dd \u05dc\u05db\u05d5\u05dc\u05dd"') == {"H"}
    assert found_by(cast, '"\u0634\u0643\u0631\u0627 \u062c\u062f\u0627"') == {vowelled}
    assert found_by(cast, f'"{vowelled}"') == {vowelled}
    assert spans_in([hebrew], read("\u05e9\u05dc\u05d5\u05dd")) == [[(4, 11)]]


def test_what_stands_within_a_text_without_blanks_is_found_and_marked(cast):
    chinese = an_article(cast.project, by=cast.alice, title="港口费用", text="市长反对上涨，议会支持。", language="zh")
    japanese = an_article(cast.project, by=cast.alice, title="J", text="市長はテストを拒否した。", language="ja")
    thai = an_article(cast.project, by=cast.alice, title="T", text="นายกเทศมนตรีไม่เห็นด้วย", language="th")

    # The mayor opposes; the two characters of “opposes” apart; across title and text; with a sign between.
    assert found_by(cast, "市长反对") == {chinese.title}
    assert (found_by(cast, "反对"), found_by(cast, "对反"), found_by(cast, "费用市")) == ({chinese.title}, set(), set())
    assert found_by(cast, "涨议") == found_by(cast, '"上涨，议会"') == {chinese.title}
    assert found_by(cast, "反对*") == found_by(cast, "反 对") == {chinese.title}
    assert found_by(cast, "市 -反对") == found_by(cast, "テスト") == {"J"}
    # A letter with another mark, or with none, is another.
    assert found_by(cast, "ไม่เห็น") == found_by(cast, "ไม*") == {"T"}
    assert found_by(cast, "ไม") == set()
    assert spans_in([chinese, japanese], read("反对 OR テスト")) == [[(2, 4)], [(3, 6)]]
    assert spans_in([thai], read("เห็นด้วย")) == [[(15, 23)]]


def test_a_long_text_without_blanks_is_found_as_a_short_one(cast):
    """More characters than the index has, places of more, and one that stands there more often than places are kept."""
    common = "".join(chr(0x4E00 + number % 4_000) + "的" for number in range(25_000))
    an_article(cast.project, by=cast.alice, title="Long", text=f"{common}市长反对")
    an_article(cast.project, by=cast.alice, title="Often", text=f"{common[:12_000]}市长反对")

    assert list(ArticleWords.objects.order_by("article__title").values_list("is_whole", "is_complete")) == [
        (False, False),
        (True, False),
    ]
    assert found_by(cast, "反对") == found_by(cast, "市长反对") == found_by(cast, "长反*") == {"Long", "Often"}
    assert found_by(cast, "对反") == found_by(cast, "市长对") == found_by(cast, "的 -反对") == set()


def test_a_phrase_as_long_as_a_query_may_be_is_asked(cast):
    words = "".join(chr(0x4E00 + number) for number in range(LONGEST))
    an_article(cast.project, by=cast.alice, title="Whole", text=words)
    an_article(cast.project, by=cast.alice, title="Half", text=words[: LONGEST // 2])

    assert found_by(cast, words) == {"Whole"}
    assert found_by(cast, " ".join("ab" for _ in range(30))) == set()
    assert found_by(cast, f'"{"a " * (LONGEST // 2 - 1)}"') == set()


def test_words_of_title_and_text_are_found_and_no_phrase_runs_over(cast):
    an_article(cast.project, by=cast.alice, title="Harbour fees", text="Rise again, says the mayor’s office.")

    assert found_by(cast, "fee rising") == {"Harbour fees"}
    assert found_by(cast, '"harbour fees"') == {"Harbour fees"}
    assert found_by(cast, '"fees rise"') == set()
    assert found_by(cast, "mayor's") == {"Harbour fees"}
    assert found_by(cast, "no OR the") == {"Harbour fees"}


def test_the_index_follows_title_language_text_and_purge(cast):
    article = an_article(cast.project, by=cast.alice, title="A", text="The ferries stopped.")
    assert found_by(cast, "ferry") == {"A"}

    article = change_article(article, by=cast.alice, version=article.version, title="B", language="pl")
    assert (found_by(cast, "ferry"), found_by(cast, "ferries")) == (set(), {"B"})
    article = change_article(article, by=cast.alice, version=article.version, language="en")
    article = revise_article(article, "The trams stopped.", by=cast.alice, version=article.version)
    assert (found_by(cast, "ferry"), found_by(cast, "tram")) == (set(), {"B"})
    article = undo_revision(article, by=cast.alice, version=article.version)
    assert (found_by(cast, "ferry"), found_by(cast, "tram")) == ({"B"}, set())
    purge_article(article, by=cast.alice, reason="A takedown.")
    assert not ArticleWords.objects.exists()


def test_a_text_too_large_for_the_index_is_stored_and_found(cast):
    """A million characters of words of which each is another: more than one vector of PostgreSQL holds."""
    words = [f"{number:x}q".translate(str.maketrans("0123456789", "ghijklmnop")) for number in range(110_000, 255_000)]
    text = f"{' '.join(words)} Nearly the Last words"
    an_article(cast.project, by=cast.alice, title="Long", text=text[-1_000_000:])

    assert len(text) > 900_000
    assert found_by(cast, words[200_000 - 110_000]) == {"Long"}
    assert found_by(cast, '"nearly the last"') == {"Long"}
    assert found_by(cast, '"the last nearly"') == set()
    assert found_by(cast, "nea* -absent") == {"Long"}


def test_where_places_are_lost_no_phrase_is_found_that_is_not_there_and_none_denied_that_is(cast):
    """PostgreSQL would have it that all words from the 16,383rd on stand there, and keeps 255 places of one."""
    many = " ".join(f"w{number}" for number in range(16_400))
    an_article(cast.project, by=cast.alice, title="Many", text=f"{many} alpha beta gamma")
    an_article(cast.project, by=cast.alice, title="Often", text=f"{'the tram and ' * 300}the alpha beta gamma")

    assert found_by(cast, '"beta gamma"') == found_by(cast, '"alpha bet*"') == {"Many", "Often"}
    assert found_by(cast, '"the alpha"') == {"Often"}
    assert found_by(cast, '"w16381 gamma"') == found_by(cast, '"w16382 beta"') == set()
    assert found_by(cast, 'alpha -"beta gamma"') == found_by(cast, 'tram -"the alpha"') == set()
    assert found_by(cast, 'tram -"the gamma"') == {"Often"}
    assert found_by(cast, "gamma") == {"Many", "Often"}


def test_a_text_that_arrives_before_its_article_points_to_it_is_indexed_once_it_does(cast):
    """As a bulk load may write them, in either order."""
    article = Article.objects.create(project=cast.project, title="C", sha256="0" * 64)
    assert not ArticleWords.objects.filter(article=article).exists()
    revision = Revision.objects.create(article=article, number=1, text="Trams.", sha256="0" * 64, length=6)
    Article.objects.filter(pk=article.pk).update(current=revision)

    assert found_by(cast, "tram") == {"C"}


def test_the_unseen_are_no_separators():
    assert not re.search(r"[\s.,]", UNSEEN)
    assert words_of(f"a{UNSEEN}b") == [f"a{UNSEEN}b"]
    assert words_of(f" {UNSEEN} ") == []
