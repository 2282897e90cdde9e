"""One whole article with thirty annotations, by keyboard alone and by mouse, and how many keys it takes."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from annotator.models import Claim, Mention, Stance
from articles.models import Article
from tests.factories import Cast, a_cast, an_article, an_entity, an_issue
from tests.journeys.screen import Screen

TEXT = (Path(__file__).parent.parent / "data" / "harbour_tram.txt").read_text(encoding="utf-8")
TRAM, WAGES = "Build the harbour tram", "Raise the wages of drivers"
ILSA, TOMAS, VERA, OSKAR = "Ilsa Marrow", "Tomas Quill", "Vera Lindqvist", "Oskar Brandt"
HELEN, NADIA = "Helen Achterberg", "Nadia Petrov"
# Oskar Brandt and Nadia Petrov are met in the text for the first time.
KNOWN = {
    **dict.fromkeys((ILSA, TOMAS, VERA, HELEN), "PER"),
    **dict.fromkeys(("City Council", "Harbour Party", "Transport Union"), "ORG"),
    "Harbour Point": "LOC",
    "Mill Road": "FAC",
}
TYPES = {**KNOWN, OSKAR: "PER", NADIA: "PER"}
POSITIONS = {"support": "1", "oppose": "2"}
CLAIM_KINDS = {"quantity": "1", "event": "2", "prediction": "3", "promise": "4"}
# What the hands may do for one annotation beside selecting words and writing a wording.
MOST_KEYS = {"mention": 2, "stance": 5, "claim": 4}


@dataclass(frozen=True)
class Wanted:
    """An annotation of the article: its words, segment by segment (the ``nth`` time they stand there), and fields."""

    kind: str
    words: tuple[str, ...]
    fields: tuple[str | None, ...]
    nth: int = 1


def mention(name: str, nth: int = 1) -> Wanted:
    return Wanted("mention", (name,), (name, TYPES[name]), nth)


def stance(words: str, holder: str, position: str, issue: str, mode: str) -> Wanted:
    return Wanted("stance", (words,), (holder, position, issue, mode))


def claim(*words: str, kind: str, claimant: str, mode: str | None, wording: str) -> Wanted:
    return Wanted("claim", words, (kind, claimant, mode, wording))


ARTICLE = [
    mention(ILSA),
    mention("Harbour Point"),
    stance("the city should build the tram to Harbour Point", ILSA, "support", TRAM, "indirect"),
    mention("City Council"),
    mention(ILSA, 2),
    stance("We have waited long enough for this line", ILSA, "support", TRAM, "direct"),
    claim(
        "The tram will carry 12,000 people a day",
        kind="prediction",
        claimant=ILSA,
        mode="direct",
        wording="The tram to Harbour Point will carry 12,000 people a day.",
    ),
    mention(TOMAS),
    mention("Harbour Party"),
    stance("rejected the plan", TOMAS, "oppose", TRAM, "indirect"),
    claim(
        "the line would cost 340 million euros",
        kind="quantity",
        claimant=TOMAS,
        mode="indirect",
        wording="The tram to Harbour Point costs 340 million euros.",
    ),
    stance("A tram is a toy for people who already have a car", TOMAS, "oppose", TRAM, "direct"),
    stance("Raise the wages of the drivers first", TOMAS, "support", WAGES, "direct"),
    mention("Transport Union"),
    mention(VERA),
    stance("the wages had to rise before any rails were laid", VERA, "support", WAGES, "indirect"),
    mention("Mill Road"),
    claim(
        "the depot at Mill Road would close",
        kind="prediction",
        claimant=VERA,
        mode="indirect",
        wording="With the tram, the depot at Mill Road will close.",
    ),
    mention(OSKAR),
    stance("welcomed the tram", OSKAR, "support", TRAM, "indirect"),
    claim(
        "I have seen the queue at seven in the morning",
        "There is no room left on my bus",
        kind="event",
        claimant=OSKAR,
        mode="direct",
        wording="The number 4 bus is full at seven in the morning.",
    ),
    mention(HELEN),
    claim(
        "the region would pay half of the cost",
        kind="promise",
        claimant=HELEN,
        mode="indirect",
        wording="The region will pay half of the cost of the tram.",
    ),
    stance("the region would pay half of the cost", HELEN, "support", TRAM, "indirect"),
    claim(
        "The region has paid for no rail line since 1998",
        kind="event",
        claimant="AUTHOR",
        mode=None,
        wording="The region has paid for no rail line since 1998.",
    ),
    mention(NADIA),
    stance("We do not want rails in front of our doors", NADIA, "oppose", TRAM, "direct"),
    claim(
        "every third shop had closed during the works of 2009",
        kind="event",
        claimant=NADIA,
        mode="indirect",
        wording="Every third shop on Mill Road closed during the works of 2009.",
    ),
    claim(
        "58 percent of the residents want the tram",
        kind="quantity",
        claimant="AUTHOR",
        mode=None,
        wording="58 percent of the residents want the tram.",
    ),
    mention("City Council", 2),
]


@dataclass
class Keyboard:
    """The hands on the keys: those that say which words are not counted, nor what is written."""

    page: Page
    acted: list[str] = field(default_factory=list)

    def select(self, words: str, nth: int = 1) -> None:
        self.page.keyboard.press("f")
        self.page.keyboard.type(words)
        for _ in range(nth - 1):
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")

    def act(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.acted += keys

    def make(self, wanted: Wanted) -> None:
        first, *others = wanted.words
        self.select(first, wanted.nth)
        match wanted.kind:
            case "mention":
                self.act("e", "Enter")
            case "stance":
                _, position, issue, _ = wanted.fields
                # The first letter of the issue is enough: it is offered first.
                self.act("s", POSITIONS[position], issue[0].lower(), "Enter", "Enter")
            case "claim":
                kind, _, _, wording = wanted.fields
                self.act("c", CLAIM_KINDS[kind])
                self.page.keyboard.type(wording)
                self.act("Enter")
        for words in others:
            self.select(words)
            self.page.keyboard.press("+")


def test_thirty_annotations_by_keyboard_alone(page: Page) -> None:
    cast = a_cast()
    article = _the_article(cast)
    screen = Screen(page, cast.mo, article)
    page.evaluate(
        """() => {
            window.touched = 0;
            for (const event of ["pointerdown", "pointermove", "mousedown", "touchstart"])
                addEventListener(event, () => (window.touched += 1), { capture: true });
        }"""
    )
    taken = []
    for wanted in ARTICLE:
        keyboard = Keyboard(page)
        keyboard.make(wanted)
        taken.append((wanted.kind, wanted.words, len(keyboard.acted)))

    screen.saved(seconds=20)
    assert _stored(article) == sorted(((w.kind, w.words, w.fields) for w in ARTICLE), key=repr)
    assert _marked(screen, article) == sorted(w.words for w in ARTICLE)
    assert [told for told in taken if told[2] > MOST_KEYS[told[0]]] == []
    assert page.evaluate("window.touched") == 0


def test_the_same_article_with_the_mouse(page: Page) -> None:
    cast = a_cast()
    article = _the_article(cast)
    screen = Screen(page, cast.mo, article)

    for wanted in ARTICLE:
        _make_with_the_mouse(screen, wanted)

    screen.saved(seconds=20)
    assert _stored(article) == sorted(((w.kind, w.words, w.fields) for w in ARTICLE), key=repr)
    assert _marked(screen, article) == sorted(w.words for w in ARTICLE)


_NAMES = {"mention": "Entity", "stance": "Stance", "claim": "Claim"}
_CHOICES = {
    "support": "Supports",
    "oppose": "Opposes",
    "quantity": "Quantity",
    "event": "Event or state",
    "prediction": "Prediction",
    "promise": "Promise",
}


def _make_with_the_mouse(screen: Screen, wanted: Wanted) -> None:
    """Drag, say what it is, pick, save: a wording is all that is typed, and the sign that adds words."""
    page, composer = screen.page, screen.composer
    first, *others = wanted.words
    screen.drag(first, wanted.nth)
    page.get_by_role("toolbar", name="Tag the selected words").get_by_role("button", name=_NAMES[wanted.kind]).click()
    match wanted.kind:
        case "stance":
            _, position, issue, _ = wanted.fields
            composer.get_by_role("radiogroup").get_by_text(_CHOICES[position], exact=True).click()
            composer.get_by_role("combobox", name="What").click()
            page.get_by_role("option", name=issue).click()
        case "claim":
            kind, _, _, wording = wanted.fields
            composer.get_by_role("radiogroup").get_by_text(_CHOICES[kind], exact=True).click()
            composer.get_by_label("Wording").click()
            page.keyboard.type(wording)
    composer.get_by_role("button", name="Save").click()
    for words in others:
        screen.drag(words)
        page.keyboard.press("+")


def _the_article(cast: Cast) -> Article:
    for name, type in KNOWN.items():
        an_entity(cast.project, by=cast.alice, name=name, type=type)
    for wording in (TRAM, WAGES):
        an_issue(cast.project, by=cast.alice, wording=wording)
    return an_article(cast.project, by=cast.alice, title="The tram to Harbour Point", text=TEXT)


def _stored(article: Article) -> list[tuple[str, tuple[str, ...], tuple[str | None, ...]]]:
    """What the database has, as it is wanted."""
    text = article.current.text

    def words(annotation: Mention | Stance | Claim) -> tuple[str, ...]:
        return tuple(text[start:end] for start, end in annotation.segments)

    def mode(annotation: Stance | Claim) -> str | None:
        return annotation.attribution and annotation.attribution.mode

    found = [("mention", words(each), (each.entity.name, each.type)) for each in Mention.objects.kept()]
    for each in Stance.objects.kept():
        fields = (each.holder_entity.name, each.position, each.target_issue.wording, mode(each))
        found.append(("stance", words(each), fields))
    for each in Claim.objects.kept():
        claimant = each.claimant_entity.name if each.claimant_entity else each.claimant_voice
        found.append(("claim", words(each), (each.claim_kind, claimant, mode(each), each.wording)))
    return sorted(found, key=repr)


def _marked(screen: Screen, article: Article) -> list[tuple[str, ...]]:
    """The words that the marks of each annotation stand on, cut where its segments end."""
    found = []
    for model in (Mention, Stance, Claim):
        for annotation in model.objects.kept():
            drawn, cut = screen.marked(annotation.pk), []
            for start, end in annotation.segments:
                cut.append(drawn[: end - start])
                drawn = drawn[end - start :]
            assert drawn == ""
            found.append(tuple(cut))
    return sorted(found)
