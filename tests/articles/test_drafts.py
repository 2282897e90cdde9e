"""A draft says all that is wrong with it, at once."""

from datetime import UTC, date, datetime

import pytest

from articles.drafts import Draft, DraftError, checked_metadata
from articles.text import digest


def test_a_draft_has_what_was_given_in_one_line_each():
    draft = Draft.checked(
        title="  Mayors \n vow to fight ",
        text="They vowed.\r\nThey did.",
        outlet="The Courier",
        author=None,
        published_on="2016-11-20T14:00:00Z",
        url="https://news.example/mayors",
        language="pt-BR",
        external_id="c-17",
    )

    assert draft == Draft(
        title="Mayors vow to fight",
        text="They vowed.\nThey did.",
        outlet="The Courier",
        author="",
        published_on=date(2016, 11, 20),
        url="https://news.example/mayors",
        language="pt-BR",
        external_id="c-17",
        sha256=digest("They vowed.\nThey did."),
    )


def test_a_time_is_taken_for_its_day():
    assert Draft.checked(title="T", text="t", published_on=datetime(2016, 11, 20, 14, tzinfo=UTC)).published_on == date(
        2016, 11, 20
    )


def test_everything_wrong_is_said_at_once():
    with pytest.raises(DraftError) as refused:
        Draft.checked(
            title=" ", text="\x00", outlet=7, author="a" * 301, published_on="20 November", url="javascript:alert(1)",
            language="english, please", external_id="a\ud800",
        )  # fmt: skip

    assert [(name, message) for name, _value, message in refused.value.problems] == [
        ("outlet", "`outlet` is a text, not int."),
        ("author", "`author` has 301 characters; the most is 300."),
        ("external_id", "`external_id`: The text has a lone surrogate (U+D800) at position 1: half of a character."),
        ("title", "An article needs a title."),
        ("url", "“javascript:alert(1)” is no web address: begin with http:// or https://."),
        ("language", "“english, please” is no BCP 47 language tag: “en”, “pt-BR”."),
        ("text", "The text has a NUL character at position 0; remove it."),
        ("published_on", "“20 November” is no date: use YYYY-MM-DD."),
    ]


@pytest.mark.parametrize("day", ["20161120", "2016-W46-7", "2016-11-20garbage", "2016-13-01", 20161120, True, ["2016"]])
def test_a_day_is_written_in_one_way(day):
    with pytest.raises(DraftError, match="is no date: use YYYY-MM-DD"):
        Draft.checked(title="T", text="t", published_on=day)


@pytest.mark.parametrize(
    "url", ["ftp://a.example/x", "//a.example", "a.example", "http://", "http:///x", "http://[::1", "data:text/html,x"]
)
def test_a_url_is_one_of_the_web(url):
    with pytest.raises(DraftError, match="is no web address"):
        Draft.checked(title="T", text="t", url=url)


@pytest.mark.parametrize(("text", "said"), [(None, "An article needs a text."), (["a"], "`text` is a text, not list.")])
def test_a_text_is_a_text(text, said):
    with pytest.raises(DraftError, match=said):
        Draft.checked(title="T", text=text)


def test_metadata_are_checked_as_those_of_a_draft():
    assert checked_metadata({"title": " New  title ", "published_on": None}) == {
        "title": "New title",
        "published_on": None,
    }
    with pytest.raises(DraftError, match="An article needs a title."):
        checked_metadata({"title": ""})


@pytest.mark.parametrize("name", ["text", "sha256", "project"])
def test_no_metadata_is_the_text_or_what_the_server_gives(name):
    with pytest.raises(DraftError, match=f"`{name}` of an article cannot be changed; title, outlet"):
        checked_metadata({name: "x"})
