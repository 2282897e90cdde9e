"""Entities and issues with how much is tagged about each, over what was merged into them as well."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat, Lower

from annotator.access.visibility import (
    reads_every_layer,
    visible_annotations,
    visible_codings,
    visible_entities,
    visible_issues,
    visible_propositions,
)
from annotator.models import ANNOTATIONS, Affiliation, Annotation, Entity, Issue, Proposition
from annotator.models.issue import Folded
from annotator.models.record import Record
from articles.models import Article, Project

_MOST_CANDIDATES = 20

# What the page of an entity shows: section → (kind of annotation, column that points to the entity).
ENTITY_SECTIONS = {
    "held": ("stance", "holder_entity"),
    "towards": ("stance", "target_entity"),
    "claims": ("claim", "claimant_entity"),
    "quotations": ("attribution", "source_entity"),
    "mentions": ("mention", "entity"),
}


@dataclass(frozen=True)
class Holder:
    """Who takes a position, in how many stances; ``entity_id`` is None for authors and those not named."""

    voice: str
    entity_id: uuid.UUID | None
    name: str
    stances: int

    @property
    def key(self) -> str:
        """What an address calls it."""
        return str(self.entity_id or self.voice)


def chosen_entities(user: Any, project: Project, *, words: str = "", type: str = "") -> QuerySet[Entity]:
    """The entities of a project whose names hold all the words, accents and case aside, in the order of their names."""
    entities = visible_entities(user).kept().filter(project=project)
    for word in words.split():
        entities = entities.filter(names_folded__contains=Folded(Value(word)))
    if type:
        entities = entities.filter(type=type)
    return entities.order_by(Lower("name"), "id")


def entities_named(user: Any, project: Project, names: set[str]) -> dict[str, list[Entity]]:
    """Name or alias, exactly as written → the kept entities that bear it."""
    entities = visible_entities(user).kept().filter(project=project)
    found: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities.filter(Q(name__in=names) | Q(aliases__overlap=list(names))):
        for name in names & {entity.name, *entity.aliases}:
            found[name].append(entity)
    return found


def entity_of(user: Any, project: Project, written: str) -> Entity | None:
    """The entity of this id, or of this name or alias, accents and case aside: the first by name where several are."""
    entities = visible_entities(user).kept().filter(project=project)
    try:
        return entities.filter(pk=uuid.UUID(written)).first()
    except ValueError:
        pass
    line = Concat(Value("\n"), Folded(Value(written)), Value("\n"), output_field=TextField())
    lines = Concat(Value("\n"), F("names_folded"), Value("\n"), output_field=TextField())
    # The first condition is that of the index, the second says that it is a whole name.
    alike = entities.filter(names_folded__contains=Folded(Value(written))).annotate(lines=lines)
    return alike.filter(lines__contains=line).order_by(Lower("name"), "id").first()


def issues(user: Any, project: Project) -> QuerySet[Issue]:
    return visible_issues(user).kept().filter(project=project).order_by(Lower("wording"), "id")


def merge_candidates(user: Any, record: Record, words: str) -> QuerySet[Record]:
    """Kept records of the same register that hold all the words: those of the same type, the most alike, first."""
    is_entity = isinstance(record, Entity)
    folded = "names_folded" if is_entity else "wording_folded"
    visible = {Entity: visible_entities, Issue: visible_issues, Proposition: visible_propositions}
    records = visible[type(record)](user)
    records = records.kept().filter(project=record.project_id).exclude(pk=record.pk)
    for word in words.split():
        records = records.filter(**{f"{folded}__contains": Folded(Value(word))})
    alike = TrigramSimilarity(folded, Folded(Value(record.label)))
    same_type = Q(type=record.type) if is_entity else Q(pk__isnull=False)
    records = records.annotate(alike=alike, same_type=ExpressionWrapper(same_type, output_field=BooleanField()))
    return records.order_by("-same_type", "-alike", "id")[:_MOST_CANDIDATES]


def merged_ids(records: Iterable[Record]) -> dict[uuid.UUID, uuid.UUID]:
    """Every id that stands for one of ``records``: its own, and those of all that was merged into it → its own."""
    stands_for = {record.pk: record.pk for record in records}
    model = type(next(iter(records), None))
    newest = list(stands_for)
    while newest:
        merged = dict(model.objects.filter(merged_into__in=newest).values_list("pk", "merged_into"))
        for record_id, into in merged.items():
            stands_for[record_id] = stands_for[into]
        newest = list(merged)
    return stands_for


def counts_of_entities(user: Any, entities: Iterable[Entity]) -> dict[uuid.UUID, Counter[str]]:
    """Entity → section of its page → how many annotations stand there."""
    stands_for, projects = merged_ids(entities), {entity.project_id for entity in entities}
    counts: dict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    for section, (kind, column) in ENTITY_SECTIONS.items():
        for (entity_id,), count in _counted(user, projects, kind, stands_for, column):
            counts[stands_for[entity_id]][section] += count
    return counts


def about_entity(user: Any, entity: Entity, section: str) -> QuerySet[Annotation]:
    """The annotations of one section of an entity's page."""
    kind, column = ENTITY_SECTIONS[section]
    return _listed(user, kind, entity).filter(**{f"{column}__in": merged_ids([entity])})


def tally_of_issues(user: Any, issues: Iterable[Issue]) -> dict[uuid.UUID, Counter[str]]:
    """Issue → position → how many stances take it."""
    stands_for, projects = merged_ids(issues), {issue.project_id for issue in issues}
    tally: dict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    for (issue_id, position), count in _counted(user, projects, "stance", stands_for, "target_issue", "position"):
        tally[stands_for[issue_id]][position] += count
    return tally


def stances_on(user: Any, issue: Issue, *, position: str = "", holder: Holder | None = None) -> QuerySet[Annotation]:
    """The stances on an issue, or those of one position, or of one holder."""
    stances = _listed(user, "stance", issue).filter(target_issue__in=merged_ids([issue]))
    if position:
        stances = stances.filter(position=position)
    if holder and holder.entity_id:
        stances = stances.filter(holder_entity__in=merged_ids(Entity.objects.filter(pk=holder.entity_id)))
    elif holder:
        stances = stances.filter(holder_voice=holder.voice)
    return stances


def _listed(user: Any, kind: str, record: Record) -> QuerySet[Annotation]:
    """Of the project of a record, so that PostgreSQL may walk along its articles."""
    return visible_annotations(user, kind).kept().taken().filter(coding__article__project=record.project_id)


def holders_on(user: Any, issue: Issue) -> dict[str, list[Holder]]:
    """Position → those who take it, who does so most often first.

    Stances of an entity that was merged count for the one it was merged into.
    """
    columns = ("target_issue", "position", "holder_voice", "holder_entity")
    found = list(_counted(user, {issue.project_id}, "stance", merged_ids([issue]), *columns))
    entities = resolved(Entity, {entity_id for (_, _, _, entity_id), _ in found if entity_id})
    counts: dict[str, Counter[tuple[str, Entity | None]]] = defaultdict(Counter)
    for (_, position, voice, entity_id), count in found:
        counts[position][voice, entities.get(entity_id)] += count
    return {position: _most_first(of_position) for position, of_position in counts.items() if +of_position}


def _most_first(counts: Counter[tuple[str, Entity | None]]) -> list[Holder]:
    holders = [
        Holder(voice, entity.pk if entity else None, entity.name if entity else "", stances)
        for (voice, entity), stances in (+counts).items()
    ]
    return sorted(holders, key=lambda holder: (-holder.stances, holder.name))


def affiliations(user: Any, entity: Entity) -> QuerySet[Affiliation]:
    """What the entity is or was of others, the latest first."""
    return entity.affiliations.filter(organisation__in=visible_entities(user)).select_related("organisation")


def affiliates(user: Any, entity: Entity) -> QuerySet[Affiliation]:
    """Who is or was something of this entity, the latest first."""
    return entity.affiliates.filter(entity__in=visible_entities(user).kept()).select_related("entity")


def _counted(
    user: Any, projects: set[int], kind: str, ids: Iterable[uuid.UUID], *columns: str
) -> Iterator[tuple[tuple[Any, ...], int]]:
    """How many annotations there are of values of the columns, of which the first is one of ``ids``: to be added up.

    Who may read every layer has them counted from an index alone, and what stands in articles that are not kept taken
    off: to look up the layer of each takes ten times as long.
    """
    if reads_every_layer(user, projects):
        rows = ANNOTATIONS[kind].objects.kept().taken()
        away = Article.objects.filter(Q(deleted_at__isnull=False) | Q(purged_at__isnull=False), project__in=projects)
        too_many = _grouped(rows.filter(coding__article__in=away), ids, columns, -Count("*"))
        found = _grouped(rows, ids, columns, Count("*")).union(too_many, all=True)
    else:
        found = _grouped(_in_kept_articles(user, kind), ids, columns, Count("*"))
    return ((tuple(values), count) for *values, count in found)


def _grouped(rows: QuerySet[Annotation], ids: Iterable[uuid.UUID], columns: tuple[str, ...], count: Any) -> QuerySet:
    return rows.filter(**{f"{columns[0]}__in": ids}).order_by().values_list(*columns).annotate(rows=count)


def _in_kept_articles(user: Any, kind: str) -> QuerySet[Annotation]:
    """Layers are asked once whether they may be read and whether their article is kept."""
    codings = visible_codings(user).filter(article__deleted_at=None)
    return ANNOTATIONS[kind].objects.filter(coding__in=codings).kept().taken()


def resolved(model: type[Record], ids: set[uuid.UUID]) -> dict[uuid.UUID, Record]:
    """Id → the record that stands for it now."""
    stands = dict(model.objects.in_bulk(ids))
    while merged := {key: record for key, record in stands.items() if record.merged_into_id}:
        into = model.objects.in_bulk({record.merged_into_id for record in merged.values()})
        stands.update({key: into[record.merged_into_id] for key, record in merged.items()})
    return stands


def standing(model: type[Record], ids: set[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The same as ids alone: of many, of which few are shown."""
    stands = {id: id for id in ids}
    while merged := _merged(model, set(stands.values())):
        stands = {id: merged.get(now, now) for id, now in stands.items()}
    return stands


def _merged(model: type[Record], ids: set[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Those of the ids that were merged, each with the one it was merged into."""
    if not ids:
        return {}
    return dict(model.objects.filter(pk__in=ids, merged_into__isnull=False).values_list("pk", "merged_into"))
