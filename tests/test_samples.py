"""The sample project: what its texts must show, that every annotation stands on its words, and that it loads."""

import io
import itertools
import json
import re
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from annotator.domain.annotation import Kind
from annotator.domain.fields import read
from annotator.domain.stance import Position
from annotator.management.commands import load_samples
from annotator.management.commands.load_samples import SampleError, coding_of, on_the_wire, register, segment, text_of
from annotator.models import (
    ANNOTATIONS,
    Affiliation,
    Assessment,
    Attribution,
    Claim,
    CodebookField,
    Coding,
    Comment,
    Entity,
    Evidence,
    Issue,
    Membership,
    Mention,
    Proposition,
    PropositionLink,
    Stance,
    User,
)
from annotator.queries.sources import changed_sources
from articles import offsets
from articles.models import Article, Outlet, Project
from articles.text import paragraphs

SLUGS = [article["slug"] for article in register()["articles"]]
TEXTS = {slug: text_of(slug) for slug in SLUGS}
CODINGS = {slug: coding_of(slug) for slug in SLUGS}
DONE = [slug for slug, coding in CODINGS.items() if coding.get("state") == "done"]
ANY_ID = "00000000-0000-4000-8000-000000000000"


def any_id(noun: str, key: str) -> str:
    return ANY_ID


def annotations(slug: str, kind: str = "") -> list[dict]:
    return [a for a in CODINGS[slug].get("annotations", []) if kind in ("", a["kind"])]


def everywhere(kind: str) -> list[dict]:
    return [annotation for slug in SLUGS for annotation in annotations(slug, kind)]


# --- The texts ---


@pytest.mark.parametrize("slug", SLUGS)
def test_an_article_has_300_to_900_words(slug):
    assert 300 <= len(TEXTS[slug].split()) <= 900


@pytest.mark.parametrize("slug", SLUGS)
def test_one_blank_line_stands_between_paragraphs(slug):
    text = TEXTS[slug]
    found = paragraphs(text)

    assert len(found) >= 8
    assert {text[end:start] for (_, end), (start, _) in itertools.pairwise(found)} == {"\n\n"}
    assert text == text.strip()


FEATURES = {
    "curly quotes": "“[^”]+”",
    "a quotation within a quotation": "“[^”]*‘[^”’]+’",
    "a quotation carried on over a paragraph": "“[^”\n]+\n\n“",
    "an insertion in brackets": r"“[^”]*\[[^\]]+\]",
    "an emoji": "\N{STEAM LOCOMOTIVE}",
    "a family of four, joined": "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}\u200d\N{BOY}",
    "a flag joined to a skull": "\N{WAVING BLACK FLAG}\N{VARIATION SELECTOR-16}?\u200d\N{SKULL AND CROSSBONES}",
    "a flag of two letters": "[\U0001f1e6-\U0001f1ff]{2}",
    "an accented name": "Zoë Núñez",
    "a name written from right to left": "[\u0621-\u064a]{3,} [\u0621-\u064a]{3,}",
    "a no-break space in a number": r"\d\N{NO-BREAK SPACE}million",
    "a hedged number": "probably nearer 60 million",
    "a range": r"between [\d,]+ and [\d,]+",
    "a promise with a date": "by the end of 2030",
    "nested reporting": r"Radio Meridian reports that he told .* that “",
    "a denial": "denied",
    "a correction notice": r"\nCorrection, 24",
    "an interview": r"\n\nMeridian: .*\n\nQuill: ",
    "an agency's brief": r"\(TPA\) – ",
    "an editorial's own voice": "The Assembly should pass it all the same",
}


@pytest.mark.parametrize("pattern", FEATURES.values(), ids=FEATURES)
def test_the_articles_wear_the_dress_of_the_genre(pattern):
    assert [slug for slug, text in TEXTS.items() if re.search(pattern, text)] != []


# --- The annotations ---


@pytest.mark.parametrize("slug", SLUGS)
def test_every_annotation_reads_as_the_wire_form_and_its_spans_are_legal(slug):
    for annotation in annotations(slug):
        fields = on_the_wire(annotation, TEXTS[slug], any_id)
        kind = Kind(fields.pop("kind"))
        local = {name: ANY_ID for name in ("attribution", "parent") if fields.get(name)}

        _, problems = read(kind, fields | local, whole=True)

        assert (annotation["key"], problems) == (annotation["key"], [])
        for name in ("segments", "source_span", "cue_span", "target_span", "hedge_spans"):
            if name in fields:
                assert offsets.checked(fields[name], TEXTS[slug]) == [tuple(pair) for pair in fields[name]]
        for quantity in fields.get("quantities", []):
            assert offsets.checked([quantity["span"]], TEXTS[slug]) == [tuple(quantity["span"])]


@pytest.mark.parametrize("slug", SLUGS)
def test_keys_are_given_once_and_refer_to_what_is_there(slug):
    keys = [annotation["key"] for annotation in annotations(slug)]
    attributions = {annotation["key"] for annotation in annotations(slug, "attribution")}
    pointed_to = {a[name] for a in annotations(slug) for name in ("attribution", "parent") if name in a}

    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert pointed_to - attributions == set()
    assert {comment["on"] for comment in CODINGS[slug].get("comments", [])} - set(keys) == set()


def test_four_articles_are_coded_in_full():
    assert DONE == [
        "corran-tables-fees-bill",
        "valley-mayors-last-train",
        "fenholm-barracks-meeting",
        "editorial-pay-at-the-quay",
    ]
    for slug in DONE:
        counts = Counter(annotation["kind"] for annotation in annotations(slug))
        assert {kind for kind in Kind if counts[kind] >= 7} == set(Kind), slug
        assert sum(counts.values()) >= 25, slug


@pytest.mark.parametrize("slug", DONE)
def test_what_is_quoted_in_a_coded_article_has_an_attribution(slug):
    text = TEXTS[slug]
    attributed = [pair for a in annotations(slug, "attribution") for pair in on_the_wire(a, text, any_id)["segments"]]
    left = [
        found.group()
        for found in re.finditer("“[^“”\n]+”?", text)
        if not any(start <= found.start() and found.end() <= end for start, end in attributed)
    ]

    assert left == []


def test_the_annotations_use_the_scheme_in_its_width():
    stances, claims, attributions = everywhere("stance"), everywhere("claim"), everywhere("attribution")

    assert {stance["position"] for stance in stances} == set(Position)
    assert {stance["target_kind"] for stance in stances} == {"issue", "entity", "proposition"}
    assert {stance.get("modality", "asserted") for stance in stances} == {"asserted", "conditional", "hypothetical"}
    assert {stance["explicitness"] for stance in stances} == {"explicit", "implicit"}
    assert {"AUTHOR", "UNSPECIFIED"} < {stance["holder"] for stance in stances}
    assert len({claim["claim_kind"] for claim in claims}) >= 9
    assert {claim["check_worthiness"] for claim in claims} == {"NFS", "UFS", "CFS"}
    assert {a["mode"] for a in attributions} == {"direct", "indirect", "mixed"}
    assert [a["key"] for a in attributions if "parent" in a] != []
    assert [a["key"] for a in attributions if a.get("negated")] != []
    assert [a["key"] for a in attributions if len(a["segments"]) > 1] != []
    assert {q["comparator"] for c in claims for q in c.get("quantities", [])} == {
        "eq",
        "approx",
        "gt",
        "ge",
        "lt",
        "le",
        "range",
    }


def test_some_stand_in_more_than_one_article_with_different_positions():
    """Who stands where over time means something only then."""
    positions = {}
    for stance in everywhere("stance"):
        positions.setdefault((stance["holder"], stance["target"]), set()).add(stance["position"])

    assert positions["quill", "fees"] == {"mixed", "support"}
    assert positions["brandl", "rail"] == {"oppose", "support"}
    assert positions["pryce", "fees"] == {"oppose", "support"}


# --- Words to offsets ---


def test_words_become_code_points_of_the_nth_time_that_they_occur_whole():
    text = "🚂 he says that he came"

    assert segment({"words": "he"}, text) == [2, 4]
    assert segment({"words": "he", "nth": 2}, text) == [15, 17]


@pytest.mark.parametrize("place", [{"words": "never said"}, {"words": "he", "nth": 3}, {"words": "cam"}])
def test_words_that_do_not_occur_so_often_are_an_error(place):
    with pytest.raises(SampleError, match=f"“{place['words']}” occurs"):
        segment(place, "he says that he came")


# --- Loading ---


@pytest.fixture
def loaded(db) -> str:
    """What the command says on its first run."""
    told = io.StringIO()
    call_command("load_samples", stdout=told)
    return told.getvalue()


def test_loading_brings_in_everything_and_nothing_else(loaded):
    counts = {
        model.__name__: model.objects.count()
        for model in (
            Project,
            Outlet,
            Article,
            Coding,
            Entity,
            Affiliation,
            Issue,
            Proposition,
            PropositionLink,
            Assessment,
            Evidence,
            Mention,
            Attribution,
            Stance,
            Claim,
            Comment,
            User,
        )
    }

    assert counts == {
        "Project": 1,
        "Outlet": 6,
        "Article": 13,
        "Coding": 7,
        "Entity": 73,
        "Affiliation": 34,
        "Issue": 12,
        "Proposition": 16,
        "PropositionLink": 6,
        "Assessment": 2,
        "Evidence": 4,
        "Mention": 51,
        "Attribution": 73,
        "Stance": 56,
        "Claim": 56,
        "Comment": 11,
        "User": 4,
    }
    assert loaded.splitlines() == [
        "The project harbour-desk is loaded. Sign in with the password harbour-demo-2031 as",
        "  alice  manager (Alice Marchetti)",
        "  rita   editor (Rita Okonjo)",
        "  mo     coder (Mo Lindqvist)",
        "  sam    reader (Sam Arden)",
    ]


def test_four_codings_are_done_and_three_are_open(loaded):
    states = dict(Coding.objects.values_list("article__external_id", "state"))

    assert states == {
        "corran-tables-fees-bill": "done",
        "valley-mayors-last-train": "done",
        "fenholm-barracks-meeting": "done",
        "editorial-pay-at-the-quay": "done",
        "brief-fees-first-vote": "open",
        "interview-nadia-quill": "open",
        "brandl-retreats-on-valley-line": "open",
    }


def test_the_demo_users_have_their_roles_and_can_sign_in(loaded, client):
    roles = dict(Membership.objects.values_list("user__username", "role"))

    assert roles == {"alice": "manager", "rita": "editor", "mo": "coder", "sam": "reader"}
    assert {name: client.login(username=name, password="harbour-demo-2031") for name in roles} == dict.fromkeys(
        roles, True
    )


def test_a_stored_annotation_stands_on_its_words_and_points_to_its_records(loaded):
    inner = Attribution.objects.get(coding__article__external_id="valley-mayors-last-train", external_id="q15")
    stance = Stance.objects.get(coding__article__external_id="valley-mayors-last-train", external_id="s8")
    text = inner.revision.text

    assert offsets.words(inner.segments, text) == ["that no line will close in 2026 or 2027"]
    assert offsets.words(inner.cue_span, text) == ["has been clear"]
    assert (inner.source_entity.name, inner.parent.source_entity.name) == ("Tomas Brandl", "Ministry of Transport")
    assert (stance.holder_entity.name, stance.position, stance.attribution) == ("Tomas Brandl", "oppose", inner)
    assert stance.target_issue.wording == "Torvane State Railways closes loss-making sections of line"
    assert inner.created_by.username == "mo"
    assert inner.origin == "manual"


def test_a_quotation_over_two_paragraphs_is_stored_as_two_segments(loaded):
    quotation = Attribution.objects.get(coding__article__external_id="valley-mayors-last-train", external_id="q4")
    first, second = offsets.words(quotation.segments, quotation.revision.text)

    assert first.startswith("“In 1988 they came")
    assert first.endswith("never be withdrawn.")
    assert second.startswith("“It ran for nineteen")
    assert second.endswith("count my fingers.”")


def test_a_corrected_article_shows_what_becomes_of_annotations_and_of_a_verdict(loaded):
    article = Article.objects.get(external_id="fenholm-barracks-meeting")
    found = [each for kind in ANNOTATIONS.values() for each in kind.objects.filter(coding__article=article)]
    waiting = {each.external_id: each.anchoring for each in found if each.anchoring}
    moved = next(each for each in found if each.external_id == "s8")

    assert waiting == {"q17": "changed", "c13": "changed", "q18": "orphaned"}
    assert {each.revision for each in found if not each.anchoring} == {article.current}
    assert offsets.words(moved.segments, article.current.text) == [
        "the capital would take 60 of the 180 “if the ministry has the courtesy to ask.”"
    ]
    assert [source.change for source in changed_sources(User.objects.get(username="alice"))] == ["words_waiting"]


def test_the_codebook_has_what_the_samples_use_beyond_the_default(loaded):
    in_use = CodebookField.objects.filter(in_use=True).values_list("name", flat=True)

    assert "stance.valid_on" in in_use
    assert "stance.intensity" not in in_use
    assert Entity.objects.get(subtype="think_tank").name == "Institute for Coastal Economics"


def test_a_second_run_says_that_the_project_is_there_and_changes_nothing(loaded):
    mo = User.objects.get(username="mo")
    mo.set_password("my own now")
    mo.save()
    told = io.StringIO()

    call_command("load_samples", stdout=told)

    assert told.getvalue().splitlines()[0] == (
        "The project harbour-desk is already there. Sign in with the password harbour-demo-2031 as"
    )
    assert (Project.objects.count(), Article.objects.count(), User.objects.count()) == (1, 13, 4)
    assert User.objects.get(username="mo").check_password("my own now")


def test_samples_that_do_not_fit_together_load_nothing_and_say_what_is_wrong(db, monkeypatch, tmp_path):
    for path in load_samples.SAMPLES.rglob("*.*"):
        copy = tmp_path / path.relative_to(load_samples.SAMPLES)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    broken = tmp_path / "articles" / "brief-fees-first-vote.json"
    coding = json.loads(broken.read_text(encoding="utf-8"))
    coding["annotations"][0]["segments"] = [{"words": "Nadia Quibble"}]
    broken.write_text(json.dumps(coding), encoding="utf-8")
    monkeypatch.setattr(load_samples, "SAMPLES", tmp_path)

    with pytest.raises(CommandError) as refused:
        call_command("load_samples")

    assert str(refused.value) == (
        "The samples cannot be loaded: brief-fees-first-vote: “Nadia Quibble” occurs 0 times in the text; "
        "number 1 is asked for."
    )
    assert (Project.objects.count(), User.objects.count()) == (0, 0)
