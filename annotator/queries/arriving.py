"""What rows that are about to come in would be: new, a revision, the same again, much like another, or refused."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from annotator.access.visibility import visible_articles
from annotator.queries.earlier_rows import NO_ROWS, EarlierRows
from articles.drafts import Draft, DraftError, in_language_of
from articles.likeness import resemblance, sequences, sketch_of
from articles.models import Article, Project, Revision
from articles.readers.row import Row

LEAST_LIKE = 0.25  # of the five-word sequences; below it texts share names and phrases, and are not the same report
_LIKELIEST = 3  # articles that are compared word by word

# The index of digests gives the texts that share any; those that share most come first.
_CANDIDATES = """
SELECT asked.place, found.article_id
FROM unnest(%(places)s::int[], %(sketches)s::text[]) AS asked (place, digests), LATERAL (
    SELECT r.article_id,
        (SELECT count(*) FROM unnest(s.digests) AS one WHERE one = ANY (asked.digests::bigint[])) AS shared
    FROM (
        SELECT revision_id, digests FROM articles_sketch WHERE digests && asked.digests::bigint[]
        -- By themselves: where few have come in yet, PostgreSQL would begin with all articles of the project.
        OFFSET 0
    ) AS s
    JOIN articles_article a ON a.current_id = s.revision_id
    JOIN articles_revision r ON r.id = s.revision_id
    WHERE a.project_id = %(project)s AND a.deleted_at IS NULL
    ORDER BY shared DESC, r.article_id LIMIT %(most)s) AS found
"""


class State(StrEnum):
    NEW = "new"
    REVISION = "revision"
    NEAR = "near"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Verdict:
    """What a row would be. ``article`` is the one that it is about; ``likeness`` from 0 to 1, of a near duplicate.

    ``because`` says what told: the reason of a refusal, the field by which an article was known, or the row that it is
    the same as or much like, where that is another of these.
    """

    state: State
    draft: Draft | None = None
    article: Article | None = None
    likeness: float | None = None
    because: str = ""


def verdicts(user: Any, project: Project, rows: Sequence[Row], *, earlier: EarlierRows = NO_ROWS) -> list[Verdict]:
    """One for each row, in a number of queries that does not depend on how many they are.

    Each is compared with the rows before it, and with the ``earlier`` ones of its import.
    """
    found: dict[int, Verdict] = {}
    drafts: dict[int, Draft] = {}
    for place, row in enumerate(rows):
        if row.problem:
            found[place] = Verdict(State.REFUSED, because=row.problem.removeprefix(f"{row.source}: "))
            continue
        try:
            drafts[place] = Draft.checked(**{"text": None, **in_language_of(project, row.fields)})
        except DraftError as error:
            found[place] = Verdict(State.REFUSED, because=str(error))
    articles = visible_articles(user).filter(project=project, purged_at=None).select_related("outlet", "current")
    same = _by(articles, "sha256", drafts)
    articles = earlier.left_aside(articles)
    by_id = _by(articles.kept(), "external_id", drafts)
    by_url = _by(articles.kept(), "url", drafts)
    said_before = earlier.with_text({draft.sha256 for draft in drafts.values()})
    called_before = earlier.called({draft.external_id for draft in drafts.values()})
    first: dict[str, int] = {}
    called: dict[str, int] = {}
    unknown: dict[int, Draft] = {}
    by_address: dict[int, Article] = {}
    for place, draft in drafts.items():
        sha256, external_id = draft.sha256, draft.external_id
        if sha256 in same:
            found[place] = Verdict(State.SAME, draft, same[sha256][0])
        elif sha256 in said_before or first.setdefault(sha256, place) != place:
            found[place] = Verdict(State.SAME, draft, because=said_before.get(sha256) or rows[first[sha256]].source)
        elif external_id in called_before or (external_id and called.setdefault(external_id, place) != place):
            bearing = called_before.get(external_id) or rows[called[external_id]].source
            same_id = f"{bearing} has the same external id, “{external_id}”."
            found[place] = Verdict(State.REFUSED, draft, because=same_id)
        elif external_id in by_id:
            found[place] = Verdict(State.REVISION, draft, by_id[external_id][0], because="external_id")
        elif len(by_url.get(draft.url, ())) == 1:
            by_address[place] = by_url[draft.url][0]
        else:
            unknown[place] = draft
    found |= _at_addresses(articles, drafts, by_address)
    said = {place: sequences(draft.text) for place, draft in unknown.items()}
    sketches = {place: sketch_of(each) for place, each in said.items()}
    likely = _likely(articles, project, said, sketches)
    behind = earlier.alike(said, sketches)
    beside = _alike(said, sketches)
    for place, draft in unknown.items():
        article, likeness = likely.get(place, (None, 0.0))
        other, of_other = beside.get(place, (place, 0.0))
        like, of_like = max(behind.get(place, ("", 0.0)), (rows[other].source, of_other), key=itemgetter(1))
        if article is not None and likeness >= max(LEAST_LIKE, of_like):
            found[place] = Verdict(State.NEAR, draft, article, likeness)
        elif of_like >= LEAST_LIKE:
            found[place] = Verdict(State.NEAR, draft, likeness=of_like, because=like)
        else:
            found[place] = Verdict(State.NEW, draft)
    return [found[place] for place in range(len(rows))]


def without_sketch(project: Project) -> QuerySet[Revision]:
    """The current texts of a project that cannot be found by likeness yet, the newest first."""
    current = Article.objects.filter(project=project, purged_at=None).values("current")
    return Revision.objects.filter(pk__in=current, sketch=None).order_by("-pk")


def _by(articles: QuerySet[Article], field: str, drafts: dict[int, Draft]) -> dict[str, list[Article]]:
    values = {getattr(draft, field) for draft in drafts.values()} - {""}
    found: dict[str, list[Article]] = defaultdict(list)
    for article in articles.filter(**{f"{field}__in": values}).defer("current__text") if values else ():
        found[getattr(article, field)].append(article)
    return found


def _at_addresses(
    articles: QuerySet[Article], drafts: dict[int, Draft], known: dict[int, Article]
) -> dict[int, Verdict]:
    """Of articles that are known by their address alone. A page says itself what its address is, so that one which
    has little of the article's text is not taken for a revision of it: a person decides."""
    texts = dict(articles.filter(pk__in=[each.pk for each in known.values()]).values_list("pk", "current__text"))
    found = {}
    for place, article in known.items():
        likeness = resemblance(sequences(drafts[place].text), sequences(texts[article.pk]))
        if likeness >= LEAST_LIKE:
            found[place] = Verdict(State.REVISION, drafts[place], article, because="url")
        else:
            found[place] = Verdict(State.NEAR, drafts[place], article, likeness, because="url")
    return found


def _alike(said: dict[int, set[int]], sketches: dict[int, list[int]]) -> dict[int, tuple[int, float]]:
    """For each text the earlier one that shares most of its sketch, if any does, and how like it is."""
    bearing: dict[int, list[int]] = defaultdict(list)
    alike: dict[int, tuple[int, float]] = {}
    for place, digests in sketches.items():
        shared = Counter(other for digest in digests for other in bearing[digest][:_LIKELIEST])
        if shared:
            [(other, _)] = shared.most_common(1)
            alike[place] = (other, resemblance(said[place], said[other]))
        for digest in digests:
            bearing[digest].append(place)
    return alike


def _likely(
    articles: QuerySet[Article], project: Project, said: dict[int, set[int]], sketches: dict[int, list[int]]
) -> dict[int, tuple[Article, float]]:
    """For each text the article whose text is most like it, and how like it is."""
    if not said:
        return {}
    literals = [f"{{{','.join(map(str, digests))}}}" for digests in sketches.values()]
    given = {"places": list(sketches), "sketches": literals, "project": project.pk, "most": _LIKELIEST}
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, given)
        candidates = cursor.fetchall()
    texts = {article.pk: article for article in articles.filter(pk__in={article_id for _, article_id in candidates})}
    of_articles = {article_id: sequences(article.current.text) for article_id, article in texts.items()}
    likely: dict[int, tuple[Article, float]] = {}
    for place, article_id in candidates:
        if article_id in texts:
            likeness = resemblance(said[place], of_articles[article_id])
            if likeness > likely.get(place, (None, -1.0))[1]:
                likely[place] = (texts[article_id], likeness)
    return likely
