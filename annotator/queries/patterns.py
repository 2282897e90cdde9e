"""Regular expressions over the texts of articles, in an engine whose time is linear in the text (RE2).

Nothing that somebody writes here can stall the server: a pattern is compiled to a bounded program, tried on stretches
of bounded length, on those articles alone that hold the letters that it must find, and for a bounded time.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import re2
from django.db.models import BooleanField, F, Func, QuerySet, Value

from annotator.domain.errors import Refused
from annotator.queries import keyset
from annotator.queries.bounded import OutOfTimeError, in_time
from annotator.queries.hits import Span
from articles.models import Article

LONGEST = 300  # characters of a pattern
SECONDS = 2.0  # that one page of a search may take
MOST_TRIED = 20_000  # articles that one page of a search is tried on
MOST_HITS = 1_000  # of one article
STRETCH = 20_000  # code points that a pattern is tried on at once
_LARGEST_PROGRAM = 3_000  # instructions: what is tried at each character at the worst
_MEMORY = 1 << 18
_BATCH = 100

_LITERAL_ENOUGH = 3  # letters: the index is of threes
_BOUNDS = re.compile(r"\{(\d+)(?:,\d*)?\}")
_FLAGS = re.compile(r"\(\?[imsU]+\)")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]", re.DOTALL)


@dataclass(frozen=True)
class Tried:
    """Articles in which a pattern was found, each with its spans. ``position`` are the keys of the last that was tried.

    ``is_end`` where there are no more; ``stopped`` where the bounds came before the page was full.
    """

    found: list[tuple[Article, list[Span]]]
    tried: int
    position: list[Any] | None
    is_end: bool
    stopped: bool


class Pattern:
    """A compiled regular expression. ``written`` is RE2's syntax; Refused names what it does not take."""

    def __init__(self, written: str, *, ignores_case: bool) -> None:
        if len(written) > LONGEST:
            raise _refused(written, f"it has {len(written):,} characters; the most is {LONGEST}.")
        if "\x00" in written:
            raise _refused(written, "a NUL character stands in no text.")
        options = re2.Options()
        options.max_mem, options.log_errors, options.case_sensitive = _MEMORY, False, not ignores_case
        try:
            self._program = re2.compile(written, options)
        except re2.error as error:
            raise _refused(written, f"{error.args[0].decode()}.") from None
        if self._program.programsize > _LARGEST_PROGRAM:
            raise _refused(written, "it repeats too much: use smaller bounds.")
        self._ignores_case = ignores_case or bool(re.search(r"\(\?[msU]*i", written))
        self._written = written

    def candidates(self, articles: QuerySet[Article]) -> QuerySet[Article]:
        """Those whose text has the letters that a match must have."""
        for literal in required(self._written, ignores_case=self._ignores_case):
            like = "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in literal)
            articles = articles.filter(_Like(F("current__text"), Value(f"%{like}%"), ignores_case=self._ignores_case))
        return articles

    def spans(self, text: str, *, until: float = float("inf"), since: int = 0, most: int = MOST_HITS) -> list[Span]:
        """``[start, end)`` of the matches that begin at ``since`` or later, none empty, ``most`` at the most.

        A match lies within one stretch of the text.
        """
        found: list[Span] = []
        for start, end in _stretches(text):
            if time.monotonic() > until:
                raise OutOfTimeError
            for match in self._program.finditer(text[start:end]):
                if match.end() > match.start() and start + match.start() >= since:
                    found.append((start + match.start(), start + match.end()))
                if len(found) >= most:
                    return found
                if time.monotonic() > until:
                    raise OutOfTimeError
        return found

    def tried_on(
        self,
        articles: QuerySet[Article],
        order: keyset.Order,
        *,
        size: int,
        beyond: list[Any] | None,
        since: Callable[[Article], int] = lambda article: 0,
        most: int = MOST_HITS,
        until: float | None = None,
    ) -> Tried:
        """The next articles in which it is found, at most ``size``, in the bounds of one page.

        ``since`` says where in an article matches count from, ``most`` how many of one article are told.
        """
        until = min(until or float("inf"), time.monotonic() + SECONDS)
        candidates = self.candidates(articles).select_related("current")
        found: list[tuple[Article, list[Span]]] = []
        tried = 0
        try:
            while tried < MOST_TRIED:
                batch = _batch(candidates, order, beyond, until)
                for article in batch.rows:
                    spans = self.spans(article.current.text, until=until, since=since(article), most=most)
                    tried, beyond = tried + 1, keyset.keys_of(article, order)
                    if spans:
                        found.append((article, spans))
                    if len(found) == size:
                        is_end = not batch.has_next and article is batch.rows[-1]
                        return Tried(found, tried, beyond, is_end=is_end, stopped=False)
                if not batch.has_next:
                    return Tried(found, tried, beyond, is_end=True, stopped=False)
        except OutOfTimeError:
            pass
        return Tried(found, tried, beyond, is_end=False, stopped=True)


def required(pattern: str, *, ignores_case: bool) -> list[str]:
    """Letters in a row that stand in everything that a pattern matches; none where that is not plain to see.

    Without case, letters are left out that fold to letters of another alphabet: K is also the Kelvin sign.
    """
    runs = [""]
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "|":
            return []
        if sign == "\\":
            following = pattern[at + 1 : at + 2]
            if following.isalnum() and following not in "dDwWsSbBAz":
                return []
            runs += [""] if following.isalnum() else []
            runs[-1] += "" if following.isalnum() else following
            at += 2
        elif sign in "*?+{" and (bounds := _quantifier(pattern, at)):
            least, at = bounds
            runs[-1] = runs[-1] if least else runs[-1][:-1]
            runs.append("")
        elif sign in "[(":
            end = _end_of_group(pattern, at)
            if end is None:
                return []
            at = end
            runs.append("")
        else:
            runs += [""] if sign in ".^$" else []
            runs[-1] += "" if sign in ".^$" else sign
            at += 1
    if ignores_case:
        runs = [piece for run in runs for piece in re.split(r"[^\x00-\x7f]|[kKsS]", run)]
    return [run for run in runs if len(run) >= _LITERAL_ENOUGH]


def _quantifier(pattern: str, at: int) -> tuple[int, int] | None:
    """The least number of times, and where the quantifier ends; None for a brace that is none."""
    if pattern[at] in "*?+":
        least, end = int(pattern[at] == "+"), at + 1
    elif match := _BOUNDS.match(pattern, at):
        least, end = int(match[1]), match.end()
    else:
        return None
    return least, end + (pattern[end : end + 1] == "?")


def _end_of_group(pattern: str, at: int) -> int | None:
    """Where a class or group ends; None where it cannot be told."""
    if pattern[at] == "[":
        match = _CLASS.match(pattern, at)
        return match.end() if match else None
    if match := _FLAGS.match(pattern, at):
        return match.end()
    depth = 0
    while at < len(pattern):
        if pattern[at] == "\\":
            if pattern[at + 1 : at + 2] == "Q":
                return None
            at += 1
        elif pattern[at] == "[":
            match = _CLASS.match(pattern, at)
            if match is None:
                return None
            at = match.end() - 1
        depth += (pattern[at] == "(") - (pattern[at] == ")")
        at += 1
        if depth == 0:
            return at
    return None


def _stretches(text: str) -> Iterator[Span]:
    """The text in stretches, cut at the ends of lines where there are some."""
    start = 0
    while len(text) - start > STRETCH:
        end = text.rfind("\n", start + STRETCH // 2, start + STRETCH) + 1 or start + STRETCH
        yield start, end
        start = end
    yield start, len(text)


def _batch(candidates: QuerySet[Article], order: keyset.Order, beyond: list[Any] | None, until: float) -> keyset.Page:
    """The next candidates. The database is given what is left of the time."""
    return in_time(until - time.monotonic(), lambda: keyset.page(candidates, order, size=_BATCH, beyond=beyond))


class _Like(Func):
    """LIKE on the bare column, which is what the index of threes answers."""

    output_field = BooleanField()

    def __init__(self, *expressions: Any, ignores_case: bool = False) -> None:
        super().__init__(*expressions, arg_joiner=" ILIKE " if ignores_case else " LIKE ", template="(%(expressions)s)")


def _refused(written: str, reason: str) -> Refused:
    return Refused.field("pattern", written, f"`pattern`: {reason}")
