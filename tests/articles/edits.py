"""Random edit scripts for texts, at the level of words, sentences and paragraphs, that know where each word went."""

import random
from dataclasses import dataclass, field

RICH = (
    "harbour council ferry budget mayor minister vote plan strike union train valley closure levy tariff bridge clinic "
    "school coast tunnel archive speech rally petition court ruling appeal deficit grant permit licence survey poll "
    "turnout ballot district quorum clause motion veto treaty border customs refugee shelter hospital nurse teacher "
    "farmer orchard fishery quay crane dredger timetable fare subsidy audit inquiry report minority coalition cabinet "
    "Marrow Quill Corran Fenholm Aldis Brandl Nunez Tomas Ilsa Nadia vowed denied promised warned argued conceded "
    "announced rejected supported opposed delayed funded doubled halved 9 12 40 1,200 percent million euros Friday"
).split()
POOR = "the council of the mayor said that it would not fund the plan".split()
SMALL = "the of and to in a that was for on it with as not but by at he she they said".split()


@dataclass(eq=False)
class Word:
    """One word of the first text wherever it goes; a word that was put in has ``is_new``."""

    text: str
    is_new: bool = False


Sentence = list[Word]
Paragraph = list[Sentence]
Article = list[Paragraph]


@dataclass
class Edited:
    """A text, what became of it, and which of its sentences were touched."""

    before: Article
    after: Article
    touched: set[int] = field(default_factory=set)  # ids of sentences of ``before``
    # Sentences of ``after`` that stand there twice. None of the two is removed: nobody could tell which it was.
    doubled: set[int] = field(default_factory=set)


def an_article(rng: random.Random, vocabulary: list[str], *, paragraphs: int) -> Article:
    return [[_sentence(rng, vocabulary) for _ in range(rng.randint(1, 5))] for _ in range(paragraphs)]


def text_of(article: Article) -> tuple[str, dict[Word, tuple[int, int]]]:
    """The text, and the offsets of each word in it."""
    places: dict[Word, tuple[int, int]] = {}
    parts: list[str] = []
    length = 0
    for paragraph in article:
        if not any(paragraph):
            continue
        if parts:
            parts[-1] = "\n\n"
            length += 1
        for sentence in paragraph:
            for word in sentence:
                places[word] = (length, length + len(word.text))
                parts += [word.text, " "]
                length += len(word.text) + 1
    return "".join(parts[:-1]), places


def edited(
    rng: random.Random, article: Article, vocabulary: list[str], *, edits: int, within: list[int] | None = None
) -> Edited:
    """The article after random edits, in the paragraphs ``within`` or anywhere."""
    result = Edited(article, [[list(sentence) for sentence in paragraph] for paragraph in article])
    origin = {
        id(new): id(old) for p, q in zip(article, result.after, strict=True) for old, new in zip(p, q, strict=True)
    }
    chosen = None if within is None else [result.after[k] for k in within]
    for _ in range(edits):
        level = rng.random()
        if level < 0.6:
            touched = _edit_word(rng, result.after, vocabulary, chosen)
        elif level < 0.85:
            touched = _edit_sentence(rng, result, vocabulary, chosen)
        else:
            touched = _edit_paragraph(rng, result, vocabulary) if chosen is None else []
        result.touched |= {origin[key] for key in map(id, touched) if key in origin}
    for paragraph in result.after:
        for sentence in paragraph:
            if id(sentence) in origin:
                was = next(old for part in article for old in part if id(old) == origin[id(sentence)])
                _take_for_the_old(was, sentence)
                if sentence == was:
                    result.touched.discard(id(was))
    return result


def _take_for_the_old(was: Sentence, sentence: Sentence) -> None:
    """A word that was taken out where the very same was put in is there: nobody who has both texts could say otherwise.

    So is each of a sentence that reads to the letter as it did.
    """
    if _texts(was) == _texts(sentence):
        sentence[:] = was
        return
    found: Sentence = []
    for gone, come in zip(_runs(was, set(sentence)), _runs(sentence, set(was)), strict=True):
        if gone and _texts(come[: len(gone)]) == _texts(gone):
            come[: len(gone)] = gone
        elif gone and _texts(come[-len(gone) :]) == _texts(gone):
            come[-len(gone) :] = gone
        found += come
    sentence[:] = found


def _runs(sentence: Sentence, others: set[Word]) -> list[Sentence]:
    """The words in between those that are among the ``others``, and each of these."""
    runs: list[Sentence] = [[]]
    for word in sentence:
        if word in others:
            runs += [[word], []]
        else:
            runs[-1].append(word)
    return runs


def _texts(words: Sentence) -> list[str]:
    return [word.text for word in words]


def _sentence(rng: random.Random, vocabulary: list[str], *, is_new: bool = False) -> Sentence:
    words = [_word(rng, vocabulary) for _ in range(rng.randint(3, 18))]
    end = rng.choice([".", ".", ".", ".”", "?", "!"])
    return [Word(w, is_new) for w in [words[0].capitalize(), *words[1:-1], words[-1] + end]]


def _word(rng: random.Random, vocabulary: list[str]) -> str:
    word = rng.choice(SMALL) if rng.random() < 0.4 else rng.choice(vocabulary)
    return rng.choice([word] * 12 + [f"“{word}", f"{word},”", f"{word},"])


def _edit_word(
    rng: random.Random, article: Article, vocabulary: list[str], chosen: list[Paragraph] | None
) -> list[Sentence]:
    sentence = _any_sentence(rng, article, chosen)
    if sentence is None:
        return []
    at = rng.randrange(len(sentence))
    kind = rng.choice(["replace", "replace", "insert", "insert", "remove", "typo"])
    if kind == "insert":
        sentence[at:at] = [Word(_word(rng, vocabulary), True) for _ in range(rng.randint(1, 3))]
    elif kind == "remove" and len(sentence) > 2:
        del sentence[at]
    elif kind == "typo":
        letters = [k for k, character in enumerate(sentence[at].text) if character.isalnum()]
        middle = letters[len(letters) // 2]
        sentence[at] = Word(sentence[at].text[:middle] + "x" + sentence[at].text[middle:], True)
    else:
        others = [word for word in vocabulary if word not in sentence[at].text]
        sentence[at] = Word(rng.choice(others), True)
    return [sentence]


def _edit_sentence(
    rng: random.Random, result: Edited, vocabulary: list[str], chosen: list[Paragraph] | None
) -> list[Sentence]:
    article = result.after
    paragraph = rng.choice(chosen or article)
    if not paragraph:
        return []
    at = rng.randrange(len(paragraph))
    sentence = paragraph[at]
    kind = rng.choice(["insert", "remove", "double", "move", "rewrite"])
    if kind == "insert":
        paragraph.insert(at, _sentence(rng, vocabulary, is_new=True))
        return []
    if kind in ("remove", "rewrite") and id(sentence) in result.doubled:
        kind = "double"
    if kind == "double":
        copy = [Word(word.text, True) for word in sentence]
        paragraph.insert(at + rng.randint(0, 1), copy)
        result.doubled |= {id(sentence), id(copy)}
    elif kind == "move":
        del paragraph[at]
        target = rng.choice(article)
        target.insert(rng.randint(0, len(target)), sentence)
    elif kind == "rewrite":
        paragraph[at] = _sentence(rng, vocabulary, is_new=True)
    else:
        del paragraph[at]
    return [sentence]


def _edit_paragraph(rng: random.Random, result: Edited, vocabulary: list[str]) -> list[Sentence]:
    article = result.after
    at = rng.randrange(len(article))
    paragraph = article[at]
    kind = rng.choice(["insert", "remove", "move", "split", "join", "double"])
    if kind == "insert":
        article.insert(at, [_sentence(rng, vocabulary, is_new=True) for _ in range(rng.randint(1, 3))])
        return []
    if kind == "remove" and len(article) > 2 and not result.doubled & set(map(id, paragraph)):
        del article[at]
        return list(paragraph)
    if kind == "move":
        del article[at]
        article.insert(rng.randint(0, len(article)), paragraph)
        return []
    if kind == "split" and len(paragraph) > 1:
        cut = rng.randrange(1, len(paragraph))
        article[at : at + 1] = [paragraph[:cut], paragraph[cut:]]
        return []
    if kind == "join" and at + 1 < len(article):
        article[at : at + 2] = [paragraph + article[at + 1]]
        return []
    if kind == "double":
        copy = [[Word(word.text, True) for word in sentence] for sentence in paragraph]
        article.insert(at + rng.randint(0, 1), copy)
        result.doubled |= set(map(id, [*paragraph, *copy]))
        return list(paragraph)
    return []


def _any_sentence(rng: random.Random, article: Article, chosen: list[Paragraph] | None) -> Sentence | None:
    paragraph = rng.choice(chosen or article)
    return rng.choice(paragraph) if paragraph else None


def true_place(words: list[Word], after: Article, places: dict[Word, tuple[int, int]]) -> tuple[int, int] | None:
    """Where the words stand now: None unless all are there, one directly after the other."""
    stream = [word for paragraph in after for sentence in paragraph for word in sentence]
    number = {word: k for k, word in enumerate(stream)}
    at = [number.get(word) for word in words]
    if None in at or at != list(range(at[0], at[0] + len(at))):
        return None
    return places[words[0]][0], places[words[-1]][1]
