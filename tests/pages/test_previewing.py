"""What would come in, as the page shows it, and who may look at it."""

import json

import pytest
from django.urls import reverse

from annotator.actions.previews import preview
from articles import fetching
from articles.models import Article
from articles.readers.row import Row
from tests.articles.files import PAGE, PAGE_TEXT
from tests.factories import an_article
from tests.pages.test_bringing_in import URL, look_at
from tests.web import Page, served


@pytest.fixture
def web(monkeypatch):
    with served() as web:
        monkeypatch.setattr(fetching, "INTERNET", web.network)
        yield web


def shown(client, answer):
    return client.get(answer.headers["Location"])


def test_a_page_of_the_web_is_looked_at_and_brought_in(cast, as_user, web):
    web.pages["courier.example/m"] = Page(PAGE.encode())
    web.names["inside.example"] = ["10.0.0.1"]
    client = as_user(cast.mo)

    answer = client.post(URL, {"how": "addresses", "addresses": "http://courier.example/m\nhttp://inside.example/"})
    body = shown(client, answer).content.decode()

    assert "Mayors vow to fight" in body
    assert "“inside.example” leads to an address that is not public: only public ones are asked." in body
    assert Article.objects.count() == 0
    client.post(answer.headers["Location"])
    article = Article.objects.get()
    assert (article.title, article.outlet.name, article.author) == ("Mayors vow to fight", "The Courier", "Ana Lee")
    assert (article.url, article.language) == ("https://courier.example/mayors", "en-GB")
    assert article.current.text == PAGE_TEXT


def test_too_many_addresses_are_refused_with_the_bound(cast, as_user):
    addresses = "\n".join(f"https://courier.example/{number}" for number in range(21))

    answer = as_user(cast.mo).post(URL, {"how": "addresses", "addresses": addresses})

    assert answer.context["addresses"].errors["addresses"] == ["These are 21 addresses; the most at once is 20."]


def test_the_preview_tells_what_each_row_would_be_and_flags_what_may_not_belong(cast, as_user):
    known = an_article(cast.project, by=cast.rita, title="Known", text="One two three four five six seven eight.")
    text = "They left.”trump1 And came back.\n\nSign up for our <b>newsletter</b>!"
    client = as_user(cast.rita)

    body = shown(
        client,
        look_at(
            client,
            ("new.txt", "A new text."),
            ("same.txt", known.current.text),
            ("near.txt", "One two three four five six seven eight nine."),
            ("odd.csv", 'headline;text\nOdd;"' + text + '"'),
        ),
    ).content.decode()

    assert body.count('<span class="verdict" data-state="near">Near duplicate</span>') == 1
    assert "shares 80 % of its five-word sequences with" in body
    assert '<mark class="remnant" data-kind="glued" title="Hangs on the words before it">trump1</mark>' in body
    assert 'title="Reads like boilerplate">Sign up for our &lt;b&gt;newsletter&lt;/b&gt;!</mark>' in body
    assert "2 places are marked in the text that may not belong to it. They are stored as they stand." in body
    assert "Columns are parted by semicolons; read were “headline” as title." in body
    assert '<option value="leave" selected>Leave out</option><option value="revision">' in body


def test_a_refused_row_that_has_a_title_says_where_it_stood(cast, as_user):
    client = as_user(cast.mo)

    body = shown(client, look_at(client, ("odd.jsonl", '{"title": "Odd", "text": ""}'))).content.decode()

    assert (">Odd</h2>" in body, body.count("odd.jsonl, line 1")) == (True, 1)


def test_the_choice_on_the_page_is_what_happens(cast, as_user):
    known = an_article(cast.project, by=cast.rita, title="Known", text="One two three four five six seven eight.")
    client = as_user(cast.rita)
    answer = look_at(client, ("near.txt", "One two three four five six seven eight nine."), ("new.txt", "New."))

    client.post(answer.headers["Location"], {"choice-0": "revision", "choice-1": "leave"})
    report = client.get(reverse("article_report", args=["desk"]))

    assert {state: report.context["report"][f"{state}_count"] for state in ("new", "revised", "left")} == {
        "new": 0,
        "revised": 1,
        "left": 1,
    }
    known.refresh_from_db()
    assert known.current.text == "One two three four five six seven eight nine."


def test_a_coder_is_not_offered_to_revise(cast, as_user):
    an_article(cast.project, by=cast.rita, title="Known", text="Known.", external_id="x-1")
    client = as_user(cast.mo)
    line = json.dumps({"title": "A", "text": "Changed.", "external_id": "x-1"})

    body = shown(client, look_at(client, ("a.jsonl", line))).content.decode()

    assert "Revision</span>" in body
    assert "<option" not in body


def test_of_many_rows_each_text_has_a_page_of_its_own(cast, as_user):
    rows = [Row(f"line {number}", fields={"title": "A", "text": f"Text {number}."}) for number in range(31)]
    made = preview(cast.project, rows, by=cast.mo)
    client = as_user(cast.mo)

    body = client.get(reverse("article_preview", args=["desk", made.pk])).content.decode()

    assert "Text 30." not in body
    assert "Text 30." in client.get(reverse("previewed_text", args=["desk", made.pk, 30])).content.decode()
    assert client.get(reverse("previewed_text", args=["desk", made.pk, 31])).status_code == 404


def test_a_preview_is_for_whoever_made_it(cast, as_user):
    made = preview(cast.project, [Row("a.txt", fields={"title": "A", "text": "A text."})], by=cast.mo)
    addresses = [
        reverse("article_preview", args=["desk", made.pk]),
        reverse("previewed_text", args=["desk", made.pk, 0]),
    ]

    assert {as_user(cast.mo).get(address).status_code for address in addresses} == {200}
    for user, status in ((cast.rita, 404), (cast.alice, 404), (cast.sam, 403), (cast.zoe, 404)):
        assert {as_user(user).get(address).status_code for address in addresses} == {status}
        assert as_user(user).post(addresses[0]).status_code == status
    assert Article.objects.filter(project=cast.project).count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queries_do_not_grow_with_the_rows(cast, as_user, rows, django_assert_num_queries):
    found = [Row(f"{number}", fields={"title": "A", "text": f"Text {number}."}) for number in range(rows)]
    made = preview(cast.project, found, by=cast.mo)
    client = as_user(cast.mo)

    with django_assert_num_queries(7):
        client.get(reverse("article_preview", args=["desk", made.pk]))
