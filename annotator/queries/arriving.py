"""What rows that are about to come in would be: new, a revision, the same again, much like another, or refused."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from annotator.access.visibility import visible_articles
from articles.drafts import Draft, DraftError, in_language_of
from articles.likeness import resemblance, sequences, sketch
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
    FROM articles_sketch s
    JOIN articles_article a ON a.current_id = s.revision_id
    JOIN articles_revision r ON r.id = s.revision_id
    WHERE s.digests && asked.digests::bigint[] AND a.project_id = %(project)s AND a.deleted_at IS NULL
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


def verdicts(user: Any, project: Project, rows: Sequence[Row]) -> list[Verdict]:
    """One for each row, in a number of queries that does not depend on how many they are."""
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
    by_id = _by(articles.kept(), "external_id", drafts)
    by_url = _by(articles.kept(), "url", drafts)
    first: dict[str, int] = {}
    called: dict[str, int] = {}
    unknown: dict[int, Draft] = {}
    by_address: dict[int, Article] = {}
    for place, draft in drafts.items():
        if draft.sha256 in same:
            found[place] = Verdict(State.SAME, draft, same[draft.sha256][0])
        elif first.setdefault(draft.sha256, place) != place:
            found[place] = Verdict(State.SAME, draft, because=rows[first[draft.sha256]].source)
        elif draft.external_id and called.setdefault(draft.external_id, place) != place:
            same_id = f"{rows[called[draft.external_id]].source} has the same external id, “{draft.external_id}”."
            found[place] = Verdict(State.REFUSED, draft, because=same_id)
        elif draft.external_id in by_id:
            found[place] = Verdict(State.REVISION, draft, by_id[draft.external_id][0], because="external_id")
        elif len(by_url.get(draft.url, ())) == 1:
            by_address[place] = by_url[draft.url][0]
        else:
            unknown[place] = draft
    found |= _at_addresses(articles, drafts, by_address)
    likely = _likely(articles, project, unknown)
    alike = _alike(unknown)
    for place, draft in unknown.items():
        article, likeness = likely.get(place, (None, 0.0))
        other, of_other = alike.get(place, (None, 0.0))
        if article is not None and likeness >= max(LEAST_LIKE, of_other):
            found[place] = Verdict(State.NEAR, draft, article, likeness)
        elif other is not None and of_other >= LEAST_LIKE:
            found[place] = Verdict(State.NEAR, draft, likeness=of_other, because=rows[other].source)
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


def _alike(drafts: dict[int, Draft]) -> dict[int, tuple[int, float]]:
    """For each draft the earlier one that shares most of its sketch, if any does, and how like it is."""
    said: dict[int, set[int]] = {}
    bearing: dict[int, list[int]] = defaultdict(list)
    alike: dict[int, tuple[int, float]] = {}
    for place, draft in drafts.items():
        digests = sketch(draft.text)
        shared = Counter(other for digest in digests for other in bearing[digest][:_LIKELIEST])
        said[place] = sequences(draft.text)
        if shared:
            [(other, _)] = shared.most_common(1)
            alike[place] = (other, resemblance(said[place], said[other]))
        for digest in digests:
            bearing[digest].append(place)
    return alike


def _likely(
    articles: QuerySet[Article], project: Project, drafts: dict[int, Draft]
) -> dict[int, tuple[Article, float]]:
    """For each draft the article whose text is most like it, and how like it is."""
    if not drafts:
        return {}
    sketches = [f"{{{','.join(map(str, sketch(draft.text)))}}}" for draft in drafts.values()]
    given = {"places": list(drafts), "sketches": sketches, "project": project.pk, "most": _LIKELIEST}
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, given)
        candidates = cursor.fetchall()
    texts = {article.pk: article for article in articles.filter(pk__in={article_id for _, article_id in candidates})}
    said = {article_id: sequences(article.current.text) for article_id, article in texts.items()}
    likely: dict[int, tuple[Article, float]] = {}
    for place, article_id in candidates:
        if article_id in texts:
            likeness = resemblance(sequences(drafts[place].text), said[article_id])
            if likeness > likely.get(place, (None, -1.0))[1]:
                likely[place] = (texts[article_id], likeness)
    return likely
