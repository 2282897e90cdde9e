"""The documents say what the code does. One section a document; each reads the document and asks the code."""

import re
from pathlib import Path

import pytest

from annotator.actions.tagging import MOST_AT_ONCE
from annotator.api.hits import HitFilter
from annotator.domain import fields, search
from annotator.domain.annotation import Kind
from annotator.domain.codebook import FIELDS as CODEBOOK
from annotator.domain.layers import CodingState, Layers
from annotator.domain.register import AssessmentState, Bearing, Relation
from annotator.models import SavedSearch
from annotator.queries import bounded, facets, hits, patterns, saved_query
from articles.offsets import MAX_SEGMENTS, WHITE_SPACE, SpanError, Units, checked
from articles.readers import READERS, archive, docx, eml, feed, html, lines
from articles.readers import zip as zips
from articles.readers.file import LONGEST_WHOLE
from articles.reanchoring import State, carry
from articles.text import MAX_LENGTH

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


# --- Reading a document ---


def document(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def headings(text: str) -> list[tuple[int, str]]:
    """Line number and line of every heading; a line of code that begins with # is none."""
    found, in_block = [], False
    for number, line in enumerate(text.splitlines()):
        if line.startswith("```"):
            in_block = not in_block
        elif not in_block and re.match("#+ ", line):
            found.append((number, line))
    return found


def section(text: str, heading: str) -> str:
    """What stands under ``heading`` ("## Spans"), up to the next heading of its level or a higher one."""
    begins = [number for number, line in headings(text) if line == heading]
    assert len(begins) == 1, f"{len(begins)} headings {heading!r}"
    level = heading.index(" ")
    ends = [number for number, line in headings(text) if number > begins[0] and line.index(" ") <= level]
    return "\n".join(text.splitlines()[begins[0] + 1 : ends[0] if ends else None])


def table_rows(text: str) -> list[list[str]]:
    """The cells of every table row, without headers and rulers."""
    lines = text.splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if line.startswith("|") and not line.startswith("|---") and not following.startswith("|---")
    ]


def in_code(text: str) -> list[str]:
    """The words set in `code`."""
    return re.findall(r"`([^`]+)`", text)


def code_block(text: str, language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)\n```$", text, re.DOTALL | re.MULTILINE)
    assert found, f"no block of {language}"
    return found.group(1)


# --- Every document ---


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.relative_to(DOCS).as_posix())
def test_links_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        linked = path.parent / file if file else path
        assert linked.exists(), target
        if anchor:
            named = [line.lstrip("# ").lower() for _, line in headings(linked.read_text(encoding="utf-8"))]
            assert anchor in [re.sub(r"[^\w -]", "", name).replace(" ", "-") for name in named]


# --- docs/scheme.md ---

HEADINGS = {
    Kind.MENTION: "## Mentions",
    Kind.ATTRIBUTION: "## Attributions",
    Kind.STANCE: "## Stances",
    Kind.CLAIM: "## Claims",
}
COMMON = frozenset.intersection(*(frozenset(of_kind) for of_kind in fields.FIELDS.values()))


def scheme_rows(heading: str) -> dict[str, list[str]]:
    """Field → values in code, from the tables under ``heading`` whose first cell names fields and nothing else."""
    named = {}
    for field, values, *_ in table_rows(section(document("scheme.md"), heading)):
        if re.fullmatch(r"`[a-z_]+`(, `[a-z_]+`)*", field):
            for name in in_code(field):
                named.setdefault(name, in_code(values))
    return named


@pytest.mark.parametrize("kind", HEADINGS)
def test_the_scheme_doc_names_every_field_of_a_kind_and_no_other(kind):
    named = set(scheme_rows(HEADINGS[kind]))
    own = set(fields.FIELDS[kind]) - COMMON
    confirmed = {"link_confirmed_by", "link_confirmed_at"}
    quantity = set(fields.QUANTITY)

    assert named - {"segments"} == own | ((confirmed | quantity) if kind is Kind.CLAIM else set())


def test_the_scheme_doc_names_every_field_that_all_kinds_have():
    assert set(scheme_rows("## What every annotation has")) == (
        COMMON | fields.CONTEXT | fields.READ_ONLY - {"link_confirmed_by", "link_confirmed_at"}
    )


@pytest.mark.parametrize("kind", HEADINGS)
def test_the_scheme_doc_names_every_choice(kind):
    named = scheme_rows(HEADINGS[kind]) | scheme_rows("## What every annotation has")
    choices = {name: list(field.choices) for name, field in fields.FIELDS[kind].items() if field.choices}

    assert {name: named[name] for name in choices} == choices


@pytest.mark.parametrize("name", [name for name, field in CODEBOOK.items() if field.values])
def test_the_scheme_doc_names_every_value_of_the_codebook(name):
    kind, _, field = name.partition(".")
    heading = "## Ratings" if kind == "rating" else HEADINGS[Kind(kind)]

    assert scheme_rows(heading)[field] == [value.value for value in CODEBOOK[name].values]


def test_the_scheme_doc_names_the_optional_and_the_open_fields():
    text = section(document("scheme.md"), "## The codebook of a project")
    opened, optional = (in_code(line) for line in re.findall(r"(?:open|optional) fields[^.;]*", text))

    assert opened == [name.partition(".")[2] for name, field in CODEBOOK.items() if field.open]
    assert optional == [name.partition(".")[2] for name, field in CODEBOOK.items() if field.optional]


@pytest.mark.parametrize("name", ["facts", "promises", "quotes"])
def test_the_scheme_doc_gives_the_scores(name):
    scores = {row[0].strip("`"): row[2] for row in table_rows(section(document("scheme.md"), "## Ratings"))}

    assert scores[name] == ", ".join(
        f"{value.label.lower()} {value.score}" for value in CODEBOOK[f"rating.{name}"].values if value.score
    )


@pytest.mark.parametrize("states", [CodingState, Layers], ids=lambda states: states.__name__)
def test_the_scheme_doc_names_layers_and_states(states):
    text = section(document("scheme.md"), "## People, layers and states")

    assert [state for state in states if not re.search(rf"[`*]{state}[`*]", text)] == []


@pytest.mark.parametrize("values", [Relation, AssessmentState, Bearing], ids=lambda values: values.__name__)
def test_the_scheme_doc_names_what_the_register_knows(values):
    named = in_code(section(document("scheme.md"), "### Propositions and assessments"))

    assert [value for value in values if value not in named] == []


def test_the_words_of_the_worked_article_stand_in_it():
    worked = section(document("scheme.md"), "## A worked article")
    article = code_block(worked, "text")
    words = [part for first, recorded in table_rows(worked) for part in in_code(first)]

    assert len(words) == 17
    assert [part for part in words if part not in article] == []


def test_the_worked_article_is_coded_with_values_of_the_scheme():
    worked = section(document("scheme.md"), "## A worked article")
    known = {value.value for field in CODEBOOK.values() for value in field.values}
    recorded = [value for _, cell in table_rows(worked) for value in in_code(cell)]

    assert [value for value in recorded if value not in known] == []


# --- docs/offsets.md ---


def pair(cell: str) -> tuple[int, int]:
    start, end = re.fullmatch(r"\[(\d+), (\d+)\)", cell).groups()
    return int(start), int(end)


def worked_example() -> tuple[str, list[list[str]]]:
    """The text of the worked example, and the rows of its table."""
    worked = section(document("offsets.md"), "### A worked example")
    return code_block(worked, "text"), table_rows(worked)


def test_the_offsets_doc_counts_its_example_right():
    text, rows = worked_example()
    utf16, utf8 = Units(text, "utf16"), Units(text, "utf8")

    assert len(rows) == 6
    for words, points, units, octets in rows:
        start, end = pair(points)
        assert f"`{text[start:end]}`" == words
        assert checked([[start, end]], text) == [(start, end)]
        assert (utf16.outward(start), utf16.outward(end)) == pair(units)
        assert (utf8.outward(start), utf8.outward(end)) == pair(octets)


def test_the_offsets_doc_gives_the_lengths_of_its_example():
    text, _ = worked_example()
    units = len(text.encode("utf-16-le")) // 2

    assert f"It has {len(text)} code points, {units} UTF-16 units and {len(text.encode())} bytes in UTF-8." in document(
        "offsets.md"
    )


@pytest.mark.parametrize(("unit", "offset"), [("utf16", 5), ("utf8", 3)])
def test_an_offset_inside_a_character_is_an_error_as_the_offsets_doc_says(unit, offset):
    text, _ = worked_example()

    with pytest.raises(SpanError, match="inside a character"):
        Units(text, unit).inward(offset)


def test_the_offsets_doc_lists_the_white_space():
    listed = set()
    for codes, _ in table_rows(section(document("offsets.md"), "## White space")):
        for first, last in re.findall(r"U\+([0-9A-F]{4})(?:–U\+([0-9A-F]{4}))?", codes):
            listed |= {chr(point) for point in range(int(first, 16), int(last or first, 16) + 1)}

    assert listed == WHITE_SPACE


def test_the_offsets_doc_gives_the_bounds():
    text = document("offsets.md")

    assert f"1 to {MAX_SEGMENTS} pairs" in text
    assert f"more than {MAX_LENGTH:,} code points" in text


@pytest.mark.parametrize(
    ("segments", "text"),
    [
        ([[12, 240]], "x" * 198),
        ([[20, 40], [40, 52]], "x" * 60),
        ([[5, 11]], "Zoë 🎉 wrote"),
    ],
)
def test_the_offsets_doc_quotes_the_messages_as_they_are(segments, text):
    with pytest.raises(SpanError) as refused:
        checked(segments, text)

    assert refused.value.message in code_block(section(document("offsets.md"), "## Spans"), "text").splitlines()


def test_the_python_of_the_offsets_doc_gives_what_its_comments_say():
    text, _ = worked_example()
    names = {"text": text}
    source = code_block(section(document("offsets.md"), "### Python"), "python")
    for line in source.splitlines():
        statement, _, comment = line.partition("  # ")
        exec(statement, names)  # noqa: S102 - it is our own document
        if comment:
            assigned = statement.partition(" = ")[0]
            given = f"{names['start']}, {names['end']}" if assigned == "end" else str(names[assigned])
            assert given == comment

    assert names["words"] == "says no"


# --- docs/revisions.md ---


def test_the_worked_example_is_carried_as_it_is_told():
    text = document("revisions.md")
    old, new = (code_block(text, name) for name in ("old", "new"))
    rows = [[in_code(cell) for cell in row] for row in table_rows(section(text, "## A worked example"))]

    for [words], [state], now in rows:
        start = old.index(words)
        [carried] = carry(old, new, [{"segments": [(start, start + len(words))]}])
        stands_on = [new[a:b] for a, b in carried.spans.get("segments") or []]
        assert (words, carried.state, stands_on) == (words, state, now)


def test_the_states_of_a_revision_are_all_explained():
    rows = table_rows(section(document("revisions.md"), "## Four ways through a revision"))

    assert [in_code(row[0])[0] for row in rows] == [str(state) for state in State]


# --- docs/readers.md ---


def test_every_reader_is_told():
    told = [name for row in table_rows(section(document("readers.md"), "## Readers")) for name in in_code(row[0])]

    assert sorted(told) == sorted(READERS)


def test_the_bounds_of_the_readers_are_as_told():
    rows = {in_code(row[0])[0]: row[2] for row in table_rows(section(document("readers.md"), "## Readers"))}
    mib = 1024 * 1024

    assert rows[".jsonl"] == f"{lines.LONGEST_LINE // mib} MiB a line"
    assert (
        rows[".html"]
        == f"{html.LONGEST_PAGE // mib} MiB, {html.MOST_TAGS:,} tags, {html.MOST_ATTRIBUTES} attributes a tag"
    )
    assert rows[".docx"] == f"{docx.MOST_UNPACKED // mib} MiB unpacked, {docx.MOST_TAGS:,} tags a part"
    assert rows[".eml"] == f"{eml.MOST_PARTS} parts, {eml.MOST_HEADERS // 1024} KiB of headers"
    assert f"has at most {LONGEST_WHOLE // mib} MiB there" in document("readers.md")
    assert rows[".rss"] == f"{feed.MOST_ITEMS:,} items, {html.LONGEST_PAGE // mib} MiB, {feed.MOST_TAGS:,} tags"
    assert rows[".zip"] == (
        f"{archive.MOST_MEMBERS:,} members, {zips.LONGEST_MEMBER // mib} MiB each, "
        f"{archive.MOST_UNPACKED // mib} MiB in all, unpacked"
    )


# --- docs/search.md ---

PARSED = {
    "vote rail": search.All((search.Word("vote"), search.Word("rail"))),
    '"no confidence"': search.Phrase(("no", "confidence")),
    "minist*": search.Phrase(("minist",), is_beginning=True),
    "rail OR train": search.Either((search.Word("rail"), search.Word("train"))),
    "rail -strike": search.All((search.Word("rail"), search.Not(search.Word("strike")))),
    "rail NOT strike": search.All((search.Word("rail"), search.Not(search.Word("strike")))),
    "-strike": search.Not(search.Word("strike")),
    '(rail OR train) -"bus lane"': search.All(
        (
            search.Either((search.Word("rail"), search.Word("train"))),
            search.Not(search.Phrase(("bus", "lane"))),
        )
    ),
    "rail AND train": search.All((search.Word("rail"), search.Word("train"))),
}


def test_what_the_search_doc_shows_is_read_as_it_says():
    shown = [in_code(row[0])[0] for row in table_rows(section(document("search.md"), "## The search language"))]

    assert {query: search.read_query(query) for query in shown} == PARSED


def test_the_search_doc_gives_the_grammar_that_is_read():
    assert code_block(section(document("search.md"), "## The search language"), "text") in search.__doc__


def test_the_search_doc_names_every_filter_and_no_other():
    told = [name for row in table_rows(section(document("search.md"), "## Filters")) for name in in_code(row[0])]

    assert sorted(told) == sorted(set(HitFilter.base_filters) - {"project", "pattern", "case"})
    # A search that is kept has them all but those two that no page has.
    assert set(told) - {"title", "external_id"} == set(saved_query.NARROWING) - {"pattern"}


def test_the_search_doc_gives_the_bounds():
    bounds = dict(table_rows(section(document("search.md"), "## Bounds")))

    assert bounds == {
        "a query": f"{search.LONGEST} characters, {search.MOST_TERMS} words and phrases, {search.DEEPEST} levels",
        "a pattern": f"{patterns.LONGEST} characters",
        "a statement of a search": f"{bounded.SECONDS:g} seconds; then it is refused, and asks to be narrowed",
        "a page of a pattern search": (
            f"{patterns.SECONDS:g} seconds, {patterns.MOST_TRIED:,} articles; then it is shown as far as it is"
        ),
        "facets": (
            f"are of {facets.MOST_COUNTED:,} articles, and of what annotations say in {facets.MOST_READ}, "
            "which stand for all"
        ),
        "facets of all": (
            f"{facets.SECONDS_OF_ALL:g} seconds; then those that were counted stand for all, "
            "and it says how many they are"
        ),
        "facets of all, at once": (
            f"{facets.ALL_AT_ONCE} are counted, whoever asks; further ones are refused for the moment "
            "(429 over REST, with `Retry-After`; the page shows those of some, and why)"
        ),
        "a match of a pattern": f"lies within {patterns.STRETCH:,} characters, cut at the ends of lines",
        "hits of one article on a page": (
            f"{hits.MOST_SHOWN} are shown, the others are counted; over REST they are all told"
        ),
        "tagged at once": f"{MOST_AT_ONCE} places",
    }
    assert f"A person keeps {SavedSearch.MOST} of them" in document("search.md")


def test_the_traps_of_the_search_doc_are_some():
    with pytest.raises(search.QueryError):
        search.read_query("- strike")
    assert search.Word("or") in search.asked_terms(search.read_query("rail or train"))
    assert patterns.Pattern("^b", ignores_case=False).spans("a\nb") == []
    assert patterns.Pattern("(?m)^b", ignores_case=False).spans("a\nb") == [(2, 3)]
