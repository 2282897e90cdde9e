"""Articles come in by paste and by file; each row that does not is told with its reason."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from annotator.actions.articles import delete_article
from annotator.actions.sketching import keep_sketches
from annotator.models import Mention
from articles.models import Article
from tests.factories import an_article

URL = reverse("article_new", args=["desk"])
REPORT = reverse("article_report", args=["desk"])


def paste(client, **fields):
    return client.post(URL, {"how": "paste", "title": "Mayor vows", "text": "A text.", "language": "en", **fields})


def look_at(client, *files):
    """The answer to files that are sent to be looked at: it leads to the preview."""
    sent = [SimpleUploadedFile(name, body if isinstance(body, bytes) else body.encode()) for name, body in files]
    return client.post(URL, {"how": "files", "files": sent})


def upload(client, *files, **choices):
    """The answer to files that are looked at and then brought in as proposed, but for ``choices``."""
    return client.post(look_at(client, *files).headers["Location"], choices)


def test_a_pasted_article_is_kept_as_it_came(cast, as_user):
    text = "  “Wir bleiben”\u00a0– 👩‍👩‍👧 …\r\n\r\nSecond paragraph.\n"

    answer = paste(
        as_user(cast.mo),
        text=text,
        outlet="The Courier",
        author="Ana",
        published_on="2031-03-14",
        url="https://a.example/1",
    )

    article = Article.objects.get()
    assert answer.headers["Location"] == reverse("annotate", args=["desk", article.pk])
    assert article.current.text == "  “Wir bleiben”\u00a0– 👩‍👩‍👧 …\n\nSecond paragraph.\n"
    assert (article.title, article.outlet.name, article.author) == ("Mayor vows", "The Courier", "Ana")
    assert (str(article.published_on), article.url) == ("2031-03-14", "https://a.example/1")


WORDS = "The harbour council voted on Monday to keep the ferry, and Ilsa Marrow said that it was right to do so."


@pytest.mark.parametrize(
    ("text", "fields", "state", "said"),
    [
        (f"{WORDS} It closes in May.", {}, "near", "five-word sequences"),
        ("Other words.", {"external_id": "x-1"}, "revision", "known by its external id"),
        ("“They were left alone.”ferry1 She left.", {}, "new", "may not belong to it"),
    ],
)
def test_a_pasted_text_of_which_something_is_to_be_said_is_looked_at_first(cast, as_user, text, fields, state, said):
    an_article(cast.project, by=cast.alice, title="Known", text=WORDS, external_id="x-1")
    keep_sketches(cast.project)
    client = as_user(cast.rita)

    page = client.post(
        URL, {"how": "paste", "title": "Pasted", "text": text, "published_on": "2031-03-14", **fields}, follow=True
    )

    [shown] = page.context["rows"]
    assert (shown.row["state"], shown.row["source"], said in page.content.decode()) == (state, "Pasted text", True)
    assert Article.objects.count() == 1
    client.post(page.request["PATH_INFO"], {"choice-0": "revision" if state == "revision" else "new"})
    stored = Article.objects.get(current__text=text)
    assert str(stored.published_on) == "2031-03-14"


def test_the_same_text_twice_is_said_and_not_stored_twice(cast, as_user):
    client = as_user(cast.mo)
    paste(client)

    answer = paste(client, title="Another title")

    article = Article.objects.get()
    assert answer.status_code == 409
    assert "The project has this very text already" in answer.content.decode()
    assert reverse("annotate", args=["desk", article.pk]) in answer.content.decode()
    assert article.title == "Mayor vows"


def test_a_text_that_is_in_the_bin_is_said_to_be_there(cast, as_user):
    article = an_article(cast.project, by=cast.alice, text="A text.")
    delete_article(article, by=cast.alice, version=1)

    answer = paste(as_user(cast.mo))

    assert "in the bin already" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"text": ""}, "text", "required"),
        ({"text": " \n "}, "text", "empty"),
        ({"title": ""}, "title", "required"),
        ({"title": "x" * 501}, "title", "at most 500"),
        ({"url": "javascript:alert(1)"}, "url", "no web address"),
        ({"published_on": "14.3.2031"}, "published_on", "use YYYY-MM-DD"),
        ({"language": "english!"}, "language", "BCP 47"),
    ],
)
def test_what_cannot_be_stored_is_told_beside_its_field(cast, as_user, fields, field, said):
    answer = paste(as_user(cast.mo), **fields)

    assert answer.status_code == 400
    assert list(answer.context["paste"].errors) == [field]
    assert said in answer.context["paste"].errors[field][0]
    assert Article.objects.count() == 0


def test_files_are_told_apart_row_by_row_and_the_good_ones_kept(cast, as_user):
    an_article(cast.project, by=cast.alice, text="Known text.", title="Known")
    rows = [
        {"title": "One", "text": "Ilsa Marrow spoke.", "outlet": "Herald"},
        {"title": "", "text": "No title."},
        {"title": "Known again", "text": "Known text."},
    ]
    lines = "\n".join(json.dumps(row) for row in rows) + "\nnot json\n"
    client = as_user(cast.mo)

    answer = upload(
        client,
        ("plain.txt", "Headline\n\nThe body of it."),
        ("news.jsonl", lines),
        ("mixed.txt", "Köln".encode("latin-1") + "Köln".encode()),
        ("sheet.xlsx", b"PK"),
        ("empty.txt", ""),
    )
    report = client.get(REPORT)

    assert answer.headers["Location"] == REPORT
    assert sorted(Article.objects.values_list("title", flat=True)) == ["Headline", "Known", "One"]
    found = report.context["report"]
    assert {state: found[f"{state}_count"] for state in ("new", "revised", "same", "left", "refused")} == {
        "new": 2,
        "revised": 0,
        "same": 1,
        "left": 0,
        "refused": 5,
    }
    reasons = {row["source"]: row["reason"] for row in found["refused"]}
    assert "An article needs a title" in reasons["news.jsonl, line 2"]
    assert "not JSON" in reasons["news.jsonl, line 4"]
    assert "Not UTF-8: byte 0xF6" in reasons["mixed.txt"]
    assert "known are .atom, .csv" in reasons["sheet.xlsx"]
    assert "empty" in reasons["empty.txt"]
    assert reasons["mixed.txt"].startswith("Not UTF-8")
    assert "byte 0xF6" in report.content.decode()


def test_a_file_whose_text_is_in_the_bin_leads_there(cast, as_user):
    article = an_article(cast.project, by=cast.alice, text="A text.")
    delete_article(article, by=cast.alice, version=1)
    client = as_user(cast.mo)

    upload(client, ("again.txt", "A text."))
    body = client.get(REPORT).content.decode()

    assert f'href="{reverse("bin", args=["desk"])}">{article.title}</a> <span class="tag">in the bin</span>' in body
    assert reverse("annotate", args=["desk", article.pk]) not in body


def test_annotations_of_a_file_land_in_the_layer_of_whoever_brings_it(cast, as_user):
    mention = {"kind": "mention", "segments": [[0, 11]], "type": "PER", "exact": ["Ilsa Marrow"]}
    row = {"title": "One", "text": "Ilsa Marrow spoke.", "annotations": [mention]}
    client = as_user(cast.mo)

    upload(client, ("news.jsonl", json.dumps(row)))

    stored = Mention.objects.get()
    assert (stored.segments, stored.origin, stored.created_by) == ([[0, 11]], "imported", cast.mo)
    assert client.get(REPORT).context["report"]["new"][0]["annotations"] == 1


def test_no_file_is_an_error_that_says_so(cast, as_user):
    answer = as_user(cast.mo).post(URL, {"how": "files"})

    assert answer.status_code == 400
    assert list(answer.context["files"].errors) == ["files"]


def test_too_many_files_are_refused_with_the_bound(cast, as_user):
    answer = look_at(as_user(cast.mo), *[(f"{number}.txt", "text") for number in range(1_001)])

    assert answer.context["files"].errors["files"] == ["These are 1001 files; the most at once is 1000."]
    assert Article.objects.count() == 0


def test_the_report_is_for_the_session_that_brought_the_files(cast, as_user):
    upload(as_user(cast.mo), ("plain.txt", "Headline\n\nThe body."))

    assert as_user(cast.rita).get(REPORT).headers["Location"] == URL
