"""A manager's first day, in a browser: from signing in to the first articles, members and codebook."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotator.models import Membership
from articles.models import Article
from tests.factories import PASSWORD, a_cast, a_mention, a_user, an_article, an_entity


def sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login/" not in url)


@pytest.fixture
def cast(live_server):
    return a_cast()


def test_a_manager_sets_a_project_up(live_server, page, tmp_path: Path):
    a_user("nia")
    a_user("ben")

    sign_in(page, "nia")
    page.get_by_role("link", name="New project").click()
    page.get_by_label("Name", exact=True).fill("Border City desk")
    page.get_by_role("button", name="Make the project").click()
    expect(page).to_have_url(re.compile("/p/border-city-desk/$"))

    page.get_by_label("Username or e-mail address").fill("ben")
    page.get_by_label("Role", exact=True).select_option("editor")
    page.get_by_role("button", name="Add member").click()
    expect(page.get_by_role("status")).to_have_text("Ben is a member now.")
    assert Membership.objects.get(user__username="ben").role == "editor"

    page.get_by_role("link", name="Bring articles in").first.click()
    page.get_by_label("Title").fill("Mayor vows to fight rail cuts")
    page.get_by_label("Text").fill("“Not one train,” she said. 👩‍👩‍👧\n\nThe ministry declined to comment.")
    page.get_by_label("Outlet").fill("The Harbour Courier")
    page.get_by_label("Published on").fill("2031-03-14")
    page.get_by_role("button", name="Bring in", exact=True).click()
    page.wait_for_url(re.compile("/articles/[0-9a-f-]{36}/$"))
    assert (
        Article.objects.get().current.text == "“Not one train,” she said. 👩‍👩‍👧\n\nThe ministry declined to comment."
    )

    plain = tmp_path / "second.txt"
    plain.write_text("A second headline\n\nAnd its text.", encoding="utf-8")
    rows = tmp_path / "news.jsonl"
    lines = [{"title": "Third", "text": "A third text."}, {"title": "", "text": "No title."}]
    rows.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    page.goto("/p/border-city-desk/articles/new/")
    page.get_by_label("Files", exact=True).set_input_files([plain, rows])
    page.get_by_role("button", name="Look at the files").click()
    expect(page.get_by_text("An article needs a title.")).to_be_visible()
    assert Article.objects.count() == 1
    page.get_by_role("button", name="Bring in as chosen").click()
    expect(page.get_by_role("heading", name="What came in")).to_be_visible()
    expect(page.get_by_text("An article needs a title.")).to_be_visible()
    page.get_by_role("link", name="To the articles").click()
    expect(page.get_by_role("row")).to_have_count(4)

    page.get_by_role("link", name="Codebook").click()
    page.get_by_role("link", name="Edit Supports").click()
    page.get_by_label("Label").fill("Is for it")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Edit Is for it")).to_be_visible()


def test_an_article_is_found_deleted_and_brought_back(cast, page):
    an_article(cast.project, by=cast.alice, title="Mayor vows", outlet="The Courier")
    an_article(cast.project, by=cast.alice, title="Buses are coming", outlet="The Herald")

    sign_in(page, "rita")
    page.get_by_role("link", name="Articles", exact=True).click()
    page.get_by_label("Words", exact=True).fill("mayor")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="1 article")).to_be_visible()
    page.get_by_role("link", name="Details of Mayor vows").click()
    page.get_by_role("button", name="Move to the bin").click()
    expect(page.get_by_role("row")).to_have_count(2)

    page.get_by_role("link", name="Bin", exact=True).click()
    page.get_by_role("button", name="Restore Mayor vows").click()
    page.get_by_role("link", name="Articles", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(3)


def test_two_entities_are_merged_and_parted_again(cast, page):
    mayor = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    double = an_entity(cast.project, by=cast.alice, name="Ilsa Marow")
    a_mention(an_article(cast.project, by=cast.alice), by=cast.mo, entity=double.pk)

    sign_in(page, "rita")
    page.goto(f"/p/desk/entities/{double.pk}/")
    page.get_by_role("link", name="Merge").click()
    page.get_by_label("Ilsa Marrow").check()
    page.get_by_role("button", name="Merge").click()
    expect(page).to_have_url(re.compile(f"/entities/{mayor.pk}/$"))
    expect(page.get_by_role("link", name="Mentions 1")).to_be_visible()

    page.get_by_role("button", name="Undo the merging of Ilsa Marow").click()
    expect(page).to_have_url(re.compile(f"/entities/{double.pk}/$"))
    expect(page.get_by_role("link", name="Mentions 1")).to_be_visible()


def test_the_user_menu_opens_and_closes_by_keyboard(cast, page):
    sign_in(page, "mo")
    menu = page.get_by_label("Menu of mo")

    menu.press("Enter")
    expect(page.get_by_role("link", name="My account")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="My account")).to_be_hidden()
    expect(menu).to_be_focused()

    menu.press("Enter")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_first_tab_stop_leads_past_the_bar(cast, page):
    sign_in(page, "mo")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_without_script_the_day_goes_on(cast, browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    an_article(cast.project, by=cast.alice, title="Mayor vows")

    sign_in(page, "mo")
    page.get_by_role("link", name="Articles", exact=True).click()
    page.get_by_role("link", name="Details of Mayor vows").click()
    expect(page.get_by_role("heading", name="Mayor vows")).to_be_visible()
    page.get_by_label("Menu of mo").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()


def test_a_search_is_saved_and_found_again_by_keyboard(live_server, page, cast):
    an_article(cast.project, by=cast.alice, title="Night ferry", text="The ferry sails at night.")
    sign_in(page, "mo")
    page.goto("/p/desk/search/?q=ferry")

    page.get_by_text("Save this search", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("At night")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("“At night” is saved.")

    kept = page.get_by_role("region", name="Saved searches").get_by_role("link", name="At night", exact=True)
    expect(kept).to_have_attribute("aria-current", "true")
    page.goto("/p/desk/search/")
    kept.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Night ferry")).to_be_visible()

    page.get_by_role("link", name="Change At night").press("Enter")
    page.get_by_label("Name", exact=True).fill("Ferries")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Ferries", exact=True)).to_be_visible()
