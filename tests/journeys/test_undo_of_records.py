"""Undoing takes along the records that were made for what is undone, unless somebody uses them by now."""

import pytest
from playwright.sync_api import Page, expect

from annotator.actions.records import change_record
from annotator.models import Entity, Issue, Mention, Stance
from tests.factories import a_cast, a_stance, an_article
from tests.journeys.screen import Screen


def _record_an_entity(screen: Screen) -> None:
    screen.drag("Ilsa Marrow")
    screen.keys("e", "Enter")
    screen.saved()


def test_an_entity_recorded_with_its_mention_goes_and_comes_back_with_it(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    _record_an_entity(screen)

    screen.keys("Control+z")
    screen.saved()
    assert (Mention.objects.kept().count(), Entity.objects.kept().count()) == (0, 0)
    screen.keys("Control+Shift+z")
    expect(screen.card("Ilsa Marrow")).to_have_count(1)
    screen.saved()
    assert [entity.version for entity in Entity.objects.kept()] == [3]
    # Also by a page that knows of it from its history alone.
    screen.load()
    screen.keys("Control+z")
    screen.saved()
    assert (Mention.objects.kept().count(), Entity.objects.kept().count()) == (0, 0)
    screen.load()
    screen.keys("Control+Shift+z")
    screen.saved()

    assert Mention.objects.kept().get().entity == Entity.objects.kept().get()
    expect(screen.card("Ilsa Marrow")).to_have_count(1)


@pytest.mark.expects_console_error("ERR_INTERNET_DISCONNECTED|ERR_FAILED")
def test_without_a_network_a_record_waits_for_what_names_it(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    screen = Screen(page, cast.mo, article)
    screen.drag("vowed on Friday to fight")
    screen.keys("s", "2")
    for name in ("Marrow", "The plan"):
        page.keyboard.type(name)
        page.get_by_role("option").filter(has_text="Add").first.wait_for()
        screen.keys("ArrowUp", "Enter")
    screen.keys("Enter")
    screen.saved()
    assert (Stance.objects.kept().count(), Entity.objects.kept().count(), Issue.objects.kept().count()) == (1, 1, 1)

    page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    screen.keys("Control+z")
    expect(page.locator("[data-status]")).to_have_text("1 waiting")
    page.unroute("**/api/v1/**")
    screen.load()
    screen.saved()
    assert (Stance.objects.kept().count(), Entity.objects.kept().count(), Issue.objects.kept().count()) == (0, 0, 0)
    page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    screen.keys("Control+Shift+z", "Control+z", "Control+Shift+z")
    page.unroute("**/api/v1/**")
    screen.load()
    screen.saved()

    stance = Stance.objects.kept().get()
    assert (stance.holder_entity, stance.target_issue) == (Entity.objects.kept().get(), Issue.objects.kept().get())
    expect(screen.card("Marrow")).to_contain_text("The plan")


@pytest.mark.expects_console_error("409")
def test_a_record_that_somebody_uses_by_now_stays_and_nobody_is_bothered(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    screen = Screen(page, cast.mo, article)
    _record_an_entity(screen)
    entity = Entity.objects.get()
    elsewhere = an_article(cast.project, by=cast.alice)
    a_stance(elsewhere, by=cast.rita, holder=entity.pk)

    screen.keys("Control+z")
    screen.saved()
    expect(page.locator(".note")).to_have_count(0)
    assert (Mention.objects.kept().count(), list(Entity.objects.kept())) == (0, [entity])
    screen.keys("Control+Shift+z")
    screen.saved()

    entity.refresh_from_db()
    assert (Mention.objects.kept().get().entity, entity.version) == (entity, 1)


def test_a_record_that_somebody_has_changed_is_no_more_mine_to_take_back(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.rita, an_article(cast.project, by=cast.alice))
    _record_an_entity(screen)
    change_record(Entity.objects.get(), {"description": "Mayor of Port Aldine"}, by=cast.alice, version=1)
    screen.load()

    screen.keys("Control+z")

    expect(page.locator(".note")).to_have_count(0)
    screen.saved()
    assert (Mention.objects.kept().count(), Entity.objects.kept().get().description) == (0, "Mayor of Port Aldine")


def test_the_last_choice_is_repeated_though_its_record_was_taken_back(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    _record_an_entity(screen)
    screen.keys("Control+z")
    screen.saved()

    screen.drag("Tomas Quill")
    screen.keys("r")

    screen.saved()
    assert Mention.objects.kept().get().entity == Entity.objects.kept().get()
