"""An article annotated by keyboard alone."""

from playwright.sync_api import Page, expect

from annotator.models import Attribution, Claim, Entity, Issue, Mention, Stance
from tests.factories import a_cast, an_article, an_entity, an_issue
from tests.journeys.screen import Screen


def test_an_entity_that_is_known_takes_two_keys_after_selecting(page: Page) -> None:
    cast = a_cast()
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))

    screen.keys("w", "w", "e", "Enter")

    screen.saved()
    mention = Mention.objects.get()
    assert (mention.segments, mention.entity, mention.type, mention.level) == ([[0, 11]], ilsa, "PER", "NAM")
    assert screen.marked(mention.pk) == "Ilsa Marrow"
    assert screen.focused == "text"


def test_an_entity_that_is_new_is_made_in_place_with_the_type_of_one_digit(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))

    screen.keys("w", "w", "e", "2", "Enter")

    screen.saved()
    entity = Entity.objects.get()
    assert (entity.name, entity.type) == ("Ilsa Marrow", "ORG")
    assert Mention.objects.get().entity == entity


def test_keys_pressed_before_the_composer_is_there_wait_for_it(page: Page) -> None:
    cast = a_cast()
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice), hands=False)

    screen.keys("w", "w", "e", "2", "Enter")

    expect(page.locator(".note")).to_have_count(1)
    screen.saved()
    mention = Mention.objects.get()
    assert (mention.segments, mention.entity, mention.type) == ([[0, 11]], ilsa, "ORG")


def test_a_stance_whose_holder_and_issue_are_known_takes_five_keys(page: Page) -> None:
    cast = a_cast()
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    issue = an_issue(cast.project, by=cast.alice, wording="Cut regional rail")
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    screen.caret_to("to fight the plan")
    screen.keys(
        "Control+Shift+ArrowRight", "Control+Shift+ArrowRight", "Control+Shift+ArrowRight", "Control+Shift+ArrowRight"
    )

    screen.keys("s", "2", "c", "Enter", "Enter")

    screen.saved()
    stance = Stance.objects.get()
    assert (stance.holder_entity, stance.position, stance.target_issue) == (ilsa, "oppose", issue)
    assert screen.marked(stance.pk) == "to fight the plan"
    attribution = Attribution.objects.get()
    assert (stance.attribution, attribution.source_entity, attribution.mode) == (attribution, ilsa, "indirect")
    assert screen.card("Cut regional rail").get_by_text("▼ opposes").is_visible()


def test_a_claim_within_a_quotation_takes_four_keys_and_its_wording(page: Page) -> None:
    cast = a_cast()
    an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    article = an_article(cast.project, by=cast.alice)
    screen = Screen(page, cast.mo, article)
    screen.caret_to("We are not going")
    screen.keys("w", "w", "w", "w", "w", "w", "w", "w", "w")

    screen.keys("c", "4")
    page.keyboard.type("Ilsa Marrow promises that not a single train will be lost.")
    screen.keys("Enter")

    screen.saved()
    claim, attribution = Claim.objects.get(), Attribution.objects.get()
    assert claim.claim_kind == "promise"
    assert claim.wording == "Ilsa Marrow promises that not a single train will be lost."
    assert claim.attribution == attribution
    assert claim.claimant_entity.name == "Ilsa Marrow"
    assert attribution.mode == "direct"
    text = article.current.text
    assert [text[start:end] for start, end in attribution.segments] == [
        "“We are not going to lose a single train,”",
        "“They can send whoever they like.”",
    ]
    assert [text[start:end] for start, end in attribution.cue_span] == ["told"]


def test_a_quotation_and_what_else_is_known_of_it(page: Page) -> None:
    cast = a_cast()
    tomas = an_entity(cast.project, by=cast.alice, name="Tomas Quill")
    article = an_article(cast.project, by=cast.alice)
    screen = Screen(page, cast.mo, article)
    screen.drag("the closures could save 9 percent of the budget")

    screen.keys("q", "Enter")

    screen.saved()
    attribution = Attribution.objects.get()
    assert (attribution.source_entity, attribution.mode, attribution.cue_type) == (tomas, "indirect", "communication")


def test_an_issue_is_made_in_place(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    screen.drag("to fight the plan")

    screen.keys("s", "2")
    assert screen.focused == "Who"
    page.keyboard.type("Ilsa Marrow")
    screen.keys("Enter")
    expect(page.get_by_role("combobox", name="What")).to_be_focused()
    page.keyboard.type("Close eleven rural stops")
    screen.keys("Enter", "Enter")

    expect(page.locator(".note")).not_to_have_count(0)
    screen.saved()
    stance = Stance.objects.get()
    assert stance.target_issue == Issue.objects.get(wording="Close eleven rural stops")
    assert (stance.holder_entity.name, stance.holder_entity.type) == ("Ilsa Marrow", "PER")


def test_what_only_the_server_knows_is_not_made_a_second_time_by_who_types_fast(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    issue = an_issue(cast.project, by=cast.alice, wording="Close eleven rural stops")
    screen.drag("to fight the plan")

    screen.keys("s", "2")
    page.keyboard.type("Ilsa Marrow")
    screen.keys("Enter")
    page.keyboard.type("Close eleven rural stops")
    screen.keys("Enter", "Enter")

    expect(page.locator(".note")).not_to_have_count(0)
    screen.saved()
    stance = Stance.objects.get()
    assert (stance.holder_entity, stance.target_issue) == (ilsa, issue)
    assert (Entity.objects.count(), Issue.objects.count()) == (1, 1)


def test_what_is_missing_is_said_where_it_is_missing(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    screen.drag("to fight the plan")

    screen.keys("s", "Enter")

    expect(screen.composer.get_by_text("Pick a position.")).to_be_visible()
    expect(screen.composer.get_by_text("Say who holds it.")).to_be_visible()
    expect(screen.composer.get_by_text("Say what the stance is about.")).to_be_visible()
    assert Stance.objects.count() == 0


def test_moving_and_selecting_with_keys(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    seen = []
    for key in ("w", "w", "Escape", "Control+ArrowDown", "w", "Escape", ":", "Home", "Shift+End", "Escape", ";"):
        screen.keys(key)
        seen.append(screen.selection)

    assert seen == [
        "Ilsa",
        "Ilsa Marrow",
        "",
        "",
        "We",
        "",
        " are not going to lose a single train,” she told The Courier. ",
        "",
        "“We are not going to lose a single train,” she told The Courier. “They can send ",
        "",
        "“They can send ",
    ]


def test_lines_up_and_down_keep_their_column(page: Page) -> None:
    cast = a_cast()
    text = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen. " * 4
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=f"{text}\n\nA short one.\n\n{text}"))
    screen.caret_to("seven")
    before = page.locator("[data-caret]").bounding_box()

    screen.keys("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
    far = page.locator("[data-caret]").bounding_box()
    screen.keys("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp")
    after = page.locator("[data-caret]").bounding_box()

    assert abs(after["x"] - before["x"]) <= 1
    assert far["y"] != before["y"]


def test_going_through_annotations_and_changing_one(page: Page) -> None:
    cast = a_cast()
    an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    screen.drag("Ilsa Marrow")
    screen.keys("e", "Enter")
    screen.drag("Tomas Quill")
    screen.keys("e", "Enter")
    screen.saved()
    screen.keys("Escape", "[", "[")
    selected = page.locator(".note[aria-current]")
    expect(selected).to_contain_text("Ilsa Marrow")

    screen.keys("]")
    expect(selected).to_contain_text("Tomas Quill")
    screen.keys("Enter", "6", "Enter")

    screen.saved()
    assert Mention.objects.get(entity__name="Tomas Quill").type == "NORP"
    assert screen.focused == "text"


def test_undo_and_redo_reach_the_server(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    screen.drag("Ilsa Marrow")
    screen.keys("e", "Enter")
    screen.saved()
    mention = Mention.objects.get()

    screen.keys("Control+z")
    expect(page.locator(".note")).to_have_count(0)
    screen.saved()
    mention.refresh_from_db()
    assert mention.deleted_at is not None

    screen.keys("Control+Shift+z")
    expect(page.locator(".note")).to_have_count(1)
    screen.saved()
    mention.refresh_from_db()
    assert mention.deleted_at is None


def test_boundaries_and_segments(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    screen.drag("Ilsa")
    screen.keys("e", "Enter")
    screen.saved()

    screen.keys("Alt+Shift+ArrowRight")
    screen.saved()
    mention = Mention.objects.get()
    assert mention.segments == [[0, 11]]

    screen.drag("Friday")
    page.locator(".note .say").click()
    screen.drag("Friday")
    screen.keys("+")
    screen.saved()
    mention.refresh_from_db()
    assert mention.segments == [[0, 11], [21, 27]]

    screen.keys("-")
    screen.saved()
    mention.refresh_from_db()
    assert len(mention.segments) == 1


def test_deleting_with_the_key(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    screen.drag("Ilsa Marrow")
    screen.keys("e", "Enter")
    screen.saved()

    screen.keys("Delete")

    expect(page.locator(".note")).to_have_count(0)
    screen.saved()
    assert Mention.objects.kept().count() == 0
    assert screen.focused == "text"


def test_arrows_go_where_they_point_in_a_text_from_the_right(page: Page) -> None:
    cast = a_cast()
    text = "قالت ليلى حداد إن الميناء مغلق اليوم."
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=text))
    caret = page.locator("[data-caret]")
    screen.keys("Control+Home")
    begin = caret.bounding_box()["x"]

    screen.keys("Control+ArrowLeft")
    word = caret.bounding_box()["x"]
    screen.keys("ArrowLeft")
    assert begin > word > caret.bounding_box()["x"]
    screen.keys("ArrowRight")
    assert caret.bounding_box()["x"] == word
    screen.keys("Control+Shift+ArrowLeft")
    assert screen.selection == " ليلى"
    screen.keys("Shift+ArrowRight", "Shift+ArrowRight")
    assert screen.selection == " لي"
