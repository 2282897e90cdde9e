"""A corrected text in the pages: who may bring it in, what is told before, the review list without script, undoing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotator.actions.projects import add_member
from annotator.actions.revisions import revise_article
from annotator.models import Attribution, Mention
from annotator.queries.comparison import compared
from annotator.queries.revisions import articles_to_review
from articles.models import Article
from tests.factories import TEXT, Cast, a_claim, a_mention, a_project, a_stance, an_article, an_attribution, at

CORRECTED = "A correction.\n\n" + TEXT.replace("she told", "she wrote to")


@pytest.fixture
def article(cast: Cast) -> Article:
    article = an_article(cast.project, by=cast.mo, text=TEXT, title="Trains")
    a_mention(article, by=cast.mo)
    a_mention(article, by=cast.mo, words="she told")
    return article


def address(name: str, article: Article, *more: object) -> str:
    return reverse(name, args=["desk", article.pk, *more])


def test_a_corrected_text_is_told_of_before_it_is_stored(cast, article, as_user):
    rita, here = as_user(cast.rita), address("article_revise", article)

    told = rita.post(here, {"text": CORRECTED, "version": 1, "how": "preview"})
    assert told.status_code == 200
    assert told.context["preview"].counts == {"kept": 1, "moved": 0, "changed": 1, "orphaned": 0}
    assert Article.objects.get(pk=article.pk).current_id == article.current_id
    stored = rita.post(here, {"text": CORRECTED, "version": 1, "how": "store"})

    assert (stored.status_code, stored["Location"]) == (302, address("article_review", article))
    assert Article.objects.get(pk=article.pk).current.text == CORRECTED


def test_a_file_comes_before_the_field_and_must_have_one_article(cast, article, as_user):
    rita, here = as_user(cast.rita), address("article_revise", article)

    def told_of(name: str, raw: bytes):
        return rita.post(here, {"text": TEXT, "file": SimpleUploadedFile(name, raw), "version": 1, "how": "preview"})

    told = told_of("new.txt", CORRECTED.encode("utf-8-sig"))
    assert (told.context["text"], told.context["corrected"]) == (CORRECTED, [])
    guessed = told_of("new.txt", "Núñez told The Courier".encode("cp1252"))
    assert [guessed.context["text"], len(guessed.context["form"].notes)] == ["Núñez told The Courier", 1]
    for name, raw, said in (
        ("new.jpg", b"x", "no reader for this kind of file"),
        ("new.docx", b"x", "new.docx"),
        ("new.jsonl", b'{"title": "a", "text": "b"}\n{"title": "c", "text": "d"}', "or several"),
    ):
        refused = told_of(name, raw)
        assert (refused.status_code, said in str(refused.context["form"].errors["file"])) == (400, True), name


def test_what_a_page_says_of_itself_is_offered_and_stored_with_its_text(cast, article, as_user):
    rita, here = as_user(cast.rita), address("article_revise", article)
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in CORRECTED.split("\n\n"))
    head = '<title>Trains stay</title><meta name="author" content="Ada Bell">'
    page = f"<html><head>{head}</head><body><article>{paragraphs}</article></body></html>".encode()

    told = rita.post(here, {"file": SimpleUploadedFile("new.html", page), "version": 1, "how": "preview"})
    offered = {name: value for _, name, _, value in told.context["corrected"]}
    assert (offered["title"], offered["author"]) == ("Trains stay", "Ada Bell")
    given = {"text": told.context["text"], "title": "Trains stay", "author": "", "version": 1, "how": "store"}
    rita.post(here, given)

    article = Article.objects.select_related("current").get(pk=article.pk)
    assert (article.title, article.author, article.current.number) == ("Trains stay", "", 2)


@pytest.mark.parametrize(
    ("text", "version", "said"),
    [("  ", 1, "The text is empty."), (CORRECTED, 7, "was changed"), (CORRECTED, "x", "Enter a whole number.")],
)
def test_what_cannot_be_stored_is_said_beside_the_form(cast, article, as_user, text, version, said):
    given = {"text": text, "version": version, "how": "store"}

    answer = as_user(cast.rita).post(address("article_revise", article), given)

    assert answer.status_code == 400
    assert said in str(answer.context["form"].errors)
    assert Article.objects.get(pk=article.pk).current_id == article.current_id


def test_the_same_text_changes_nothing_and_says_so(cast, article, as_user):
    rita, here = as_user(cast.rita), address("article_revise", article)

    told = rita.post(here, {"text": TEXT.replace("\n", "\r\n"), "version": 1, "how": "preview"})
    stored = rita.post(here, {"text": TEXT, "version": 1, "how": "store"}, follow=True)

    assert "nothing would change" in told.content.decode()
    assert "nothing has changed" in stored.content.decode()


@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("rita", 200), ("mo", 403), ("sam", 403), ("zoe", 404)])
def test_a_new_text_is_for_editors(cast, article, as_user, who, status):
    client = as_user(getattr(cast, who))

    assert client.get(address("article_revise", article)).status_code == status
    told = client.get(address("article_details", article)).content.decode()
    assert ("Bring in a corrected text" in told) == (status == 200)


def test_every_member_sees_what_waits_and_only_who_may_decides(cast, article, as_user):
    revise_article(article, CORRECTED, by=cast.rita, version=1)

    of_mo = as_user(cast.mo).get(address("article_review", article)).content.decode()
    of_sam = as_user(cast.sam).get(address("article_review", article)).content.decode()

    assert "Take it" in of_mo
    assert "Take it" not in of_sam and "for its coder, or for an editor" in of_sam
    assert as_user(cast.zoe).get(address("article_review", article)).status_code == 404


def test_the_proposal_is_taken_and_another_place_is_picked_without_script(cast, article, as_user):
    article = revise_article(article, CORRECTED, by=cast.rita, version=1)
    mention = Mention.objects.needing_a_look().get()
    mo, here = as_user(cast.mo), address("annotation_place", article, "mention", mention.pk)

    found = mo.get(address("article_review", article), {"pick": mention.pk, "words": "The Courier"})
    [choice] = found.context["cards"][0]["places"]
    assert choice.exact == ["The Courier"]
    stale = mo.post(here, {"place": "proposal", "version": 1, "revision": 2}, follow=True)
    assert "was changed" in stale.content.decode()
    done = mo.post(here, {"place": choice.told, "version": 2, "revision": 2})

    assert done["Location"] == address("annotate", article)
    [placed] = mo.get(address("article_review", article)).context["placed"]
    assert placed.words == "The Courier"
    assert Mention.objects.get(pk=mention.pk).segments == at(article, "The Courier")
    back = mo.post(here, {"place": "undo", "version": 3})
    assert back["Location"] == f"{address('article_review', article)}#w-{mention.pk}"
    assert Mention.objects.get(pk=mention.pk).anchoring == "changed"


def test_the_other_spans_go_along_to_a_place_that_is_picked(cast, as_user):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    spans = {"source_span": at(article, "Ilsa Marrow"), "cue_span": at(article, "Tomas Quill said")}
    quotation = an_attribution(article, by=cast.mo, words="she told", source="UNSPECIFIED", **spans)
    article = revise_article(article, CORRECTED.replace("Tomas Quill said", ""), by=cast.rita, version=1)
    mo, here = as_user(cast.mo), address("article_review", article)

    [card] = mo.get(here).context["cards"]
    [place] = mo.get(here, {"pick": quotation.pk, "words": "The Courier"}).context["cards"][0]["places"]
    placing = address("annotation_place", article, "attribution", quotation.pk)
    mo.post(placing, {"place": place.told, "version": 2, "revision": 2})

    assert ([(str(name), words) for name, words in card["goes_along"]], card["gone"]) == (
        [("source", "Ilsa Marrow")],
        ["cue"],
    )
    quotation = Attribution.objects.get()
    assert quotation.segments == at(article, "The Courier")
    assert (quotation.source_span, quotation.cue_span) == (at(article, "Ilsa Marrow"), None)


def test_after_the_last_of_an_article_comes_the_next_article_that_waits(cast, article, as_user):
    other = an_article(cast.project, by=cast.mo, text=f"{TEXT}\n\nMore.")
    a_mention(other, by=cast.mo, words="she told")
    for one in (article, other):
        revise_article(one, one.current.text.replace("she told", "she wrote to"), by=cast.rita, version=1)
    last = Mention.objects.needing_a_look().get(coding__article=other)

    done = as_user(cast.mo).post(
        address("annotation_place", other, "mention", last.pk), {"place": "proposal", "version": 2, "revision": 2}
    )

    assert done["Location"] == address("article_review", article)


@pytest.mark.parametrize("place", ["", "nonsense", "0-9999999", "5-2"])
def test_a_damaged_place_is_refused_and_nothing_moves(cast, article, as_user, place):
    article = revise_article(article, CORRECTED, by=cast.rita, version=1)
    mention = Mention.objects.needing_a_look().get()
    here = address("annotation_place", article, "mention", mention.pk)

    answer = as_user(cast.mo).post(here, {"place": place, "version": 2, "revision": 2}, follow=True)

    assert "Not done." in answer.content.decode()
    assert Mention.objects.get(pk=mention.pk).anchoring == "changed"


def test_what_waits_is_deleted_from_the_list(cast, article, as_user):
    revise_article(article, CORRECTED, by=cast.rita, version=1)
    mention = Mention.objects.needing_a_look().get()
    here = address("annotation_place", article, "mention", mention.pk)

    as_user(cast.mo).post(here, {"place": "delete", "version": 2})

    assert Mention.objects.get(pk=mention.pk).deleted_at is not None
    assert as_user(cast.sam).post(here, {"place": "delete", "version": 3}).status_code in (302, 403)


def test_revisions_stand_side_by_side_and_the_last_is_undone(cast, article, as_user):
    revise_article(article, CORRECTED, by=cast.rita, version=1)
    rita = as_user(cast.rita)

    page = rita.get(address("revisions", article))
    assert (page.context["old"].number, page.context["new"].number) == (1, 2)
    assert page.context["counts"]["changed"] == 1
    assert "<ins>wrote to</ins>" in page.content.decode()
    assert rita.get(address("revisions", article), {"old": "x", "new": 99}).status_code == 200
    assert as_user(cast.mo).post(address("article_undo", article), {"version": 2}).status_code == 403
    undone = rita.post(address("article_undo", article), {"version": 2}, follow=True)

    assert "Revision 2 is undone" in undone.content.decode()
    assert Article.objects.get(pk=article.pk).current_id == article.current_id


def test_a_corrected_headline_is_shown_and_undone_before_the_text_that_it_followed(cast, article, as_user):
    revise_article(article, CORRECTED, by=cast.rita, version=1)
    revise_article(article, CORRECTED, by=cast.rita, version=2, details={"title": "Trains & stay"})
    rita, here = as_user(cast.rita), address("revisions", article)

    page = rita.get(here).content.decode()
    undone = rita.post(address("article_undo", article), {"version": 3}, follow=True).content.decode()

    assert f'Headline: <del dir="auto">{article.title}</del> <ins dir="auto">Trains &amp; stay</ins>' in page
    assert ("Undo the correction" in page, "Undo revision 2" in page) == (True, False)
    assert "The correction is undone" in undone
    assert ("Undo the correction" in undone, "Undo revision 2" in undone) == (False, True)
    assert Article.objects.get(pk=article.pk).title == article.title


def test_annotations_of_either_text_say_who_says_what_and_one_text_is_read_as_it_was(cast, article, as_user):
    spans = {"source_span": at(article, "Ilsa Marrow"), "cue_span": at(article, "vowed")}
    quotation = an_attribution(
        article, by=cast.mo, words="to fight the plan", source="AUTHOR", mode="indirect", **spans
    )
    revise_article(article, CORRECTED, by=cast.rita, version=1)
    rita, here = as_user(cast.rita), address("revisions", article)

    beside = rita.get(here)
    alone = rita.get(here, {"old": 1, "new": 1})

    said = [[(line.kind, line.sentence, line.waits) for line in lines] for _, lines in beside.context["said"]]
    in_place = [("mention", "Person", False), ("attribution", "The author · Indirect", False)]
    assert said == [[*in_place, ("mention", "Person", False)], [*in_place, ("mention", "Person", True)]]
    assert f'<a href="#r2-{quotation.pk}" title="The author · Indirect">' in beside.content.decode()
    assert '<span class="role cue">vowed</span>' in beside.content.decode()
    told = "\n\n".join("".join(stretch.text for stretch in row.new) for row in alone.context["rows"])
    assert told == TEXT
    assert [(revision.number, len(lines)) for revision, lines in alone.context["said"]] == [(1, 3)]
    assert "Revision 1 as it was" in alone.content.decode()


def test_paragraphs_stand_beside_what_became_of_them(cast):
    rows = compared("One.\n\nTwo is here.\n\nThree.", "One.\n\nNew one.\n\nTwo was here.\n\nThree.", [], [])

    told = [("".join(s.text for s in row.old), "".join(s.text for s in row.new)) for row in rows]
    assert told == [("One.", "One."), ("", "New one."), ("Two is here.", "Two was here."), ("Three.", "Three.")]
    assert [(s.text, s.change) for s in rows[2].new] == [
        ("Two", ""),
        (" ", ""),
        ("was", "new"),
        (" ", ""),
        ("here.", ""),
    ]


def test_the_list_of_what_needs_a_look_is_of_the_asker_and_of_the_project(cast, article, as_user):
    blind = a_project(cast.alice, layers="independent")
    for user in (cast.mo, cast.rita):
        add_member(blind, user, "coder", by=cast.alice)
    other = an_article(blind, by=cast.alice, text=TEXT)
    a_mention(other, by=cast.mo, words="she told")
    for one in (article, other):
        revise_article(one, CORRECTED, by=cast.alice, version=1)

    page = as_user(cast.sam).get(reverse("to_review", args=["desk"]))

    assert [(row.title, count) for row, count in page.context["rows"]] == [("Trains", 1)]
    assert articles_to_review(cast.rita, blind) == []
    assert [count for _, count in articles_to_review(cast.mo, blind)] == [1]


@pytest.mark.parametrize(
    ("words", "corrected", "before", "after"),
    [
        (
            "vowed on Friday to fight",
            TEXT.replace("vowed on Friday to", "swore on Friday not to"),
            "<mark><del>vowed</del> on Friday to fight</mark>",
            "<mark><ins>swore</ins> on Friday <ins>not</ins> to fight</mark>",
        ),
        (
            "vowed on Friday to fight",
            "Nothing of it.",
            "<mark><del>vowed on Friday to fight</del></mark>",
            "pick a place",
        ),
    ],
)
def test_the_review_shows_which_words_were_edited(cast, as_user, words, corrected, before, after):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    a_mention(article, by=cast.mo, words=words)
    told = as_user(cast.rita).post(
        address("article_revise", article), {"text": corrected, "version": 1, "how": "preview"}
    )
    revise_article(article, corrected, by=cast.rita, version=1)

    reviewed = as_user(cast.rita).get(address("article_review", article))

    assert before in told.content.decode()
    assert before in reviewed.content.decode()
    assert after in reviewed.content.decode()


def test_blind_layers_are_carried_and_neither_reviewed_nor_compared_by_another_coder(cast, as_user):
    blind = a_project(cast.alice, layers="independent")
    for user in (cast.mo, cast.rita):
        add_member(blind, user, "coder", by=cast.alice)
    article = an_article(blind, by=cast.alice, text=TEXT)
    said = {cast.mo: "Mo says so.", cast.rita: "Rita says so."}
    for coder, wording in said.items():
        a_claim(article, by=coder, words="she told", wording=wording)
    revise_article(article, CORRECTED, by=cast.alice, version=1)

    told = {
        user.username: [
            [wording for wording in said.values() if wording in as_user(user).get(page).content.decode()]
            for page in (
                reverse("article_review", args=[blind.slug, article.pk]),
                reverse("revisions", args=[blind.slug, article.pk]),
            )
        ]
        for user in (cast.mo, cast.rita, cast.alice)
    }

    own = {user.username: [[wording]] * 2 for user, wording in said.items()}
    assert told == {**own, "alice": [list(said.values())] * 2}
    for_alice = as_user(cast.alice).get(reverse("article_review", args=[blind.slug, article.pk])).content.decode()
    assert for_alice.count("It is in another coder’s layer: that coder decides.") == 2
    layers = as_user(cast.alice).get(reverse("revisions", args=[blind.slug, article.pk])).context["said"]
    assert [{line.layer for line in lines} for _, lines in layers] == [{"Mo", "Rita"}] * 2


def test_pages_ask_as_often_for_many_annotations_as_for_few(cast, as_user):
    counts: dict[str, list[int]] = {"article_review": [], "revisions": []}
    for number in (1, 3):
        article = an_article(cast.project, by=cast.mo, text=f"{TEXT}\n\nNumber {number}.")
        for _ in range(number):
            for make in (a_mention, a_stance, a_claim, an_attribution):
                make(article, by=cast.mo, words="she told")
        revise_article(article, f"{CORRECTED}\n\nNumber {number}.", by=cast.rita, version=1)
        for name, asked in counts.items():
            client = as_user(cast.rita)
            with CaptureQueriesContext(connection) as queries:
                client.get(address(name, article))
            asked.append(len(queries))

    assert {name: asked[0] == asked[1] < 40 for name, asked in counts.items()} == dict.fromkeys(counts, True), counts
