"""The registers as a member reads them, and the type-ahead that finds a record by a few letters of its name."""

from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, F, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, Greatest

from annotator.access.visibility import visible_entities, visible_issues, visible_propositions
from annotator.models.issue import Folded

_VISIBLE = {"entity": visible_entities, "issue": visible_issues, "proposition": visible_propositions}
_FOLDED = {"entity": "names_folded", "issue": "wording_folded", "proposition": "wording_folded"}
LABEL = {"entity": "name", "issue": "wording", "proposition": "wording"}


def detailed(user: Any, noun: str) -> QuerySet:
    """Visible records with what their wire form shows, those in the bin and merged ones included."""
    records = _VISIBLE[noun](user).select_related("project", "created_by", "changed_by", "merged_into")
    return records.prefetch_related("affiliations") if noun == "entity" else records


def ranked(records: QuerySet, words: str) -> QuerySet:
    """Those that ``words`` may mean, with ``rank``: the higher, the likelier.

    Case and accents do not count. The whole name or an alias ranks before what begins so, that before what has a word
    that begins so, that before what holds it anywhere; then what is spelt alike (trigrams, indexed).
    """
    folded = _FOLDED[str(records.model._meta.model_name)]
    sought = Folded(Value(words.strip()))
    # Names stand on lines of their own; a line end on either side makes each of them a whole one.
    lines = Concat(Value("\n"), F(folded), Value("\n"), output_field=TextField())
    alike = Cast(TrigramWordSimilarity(Folded(Value(words.strip())), folded) * 1000, IntegerField())
    whole, beginning, word = (
        Concat(*parts, output_field=TextField())
        for parts in ((Value("\n"), sought, Value("\n")), (Value("\n"), sought), (Value(" "), sought))
    )
    return (
        records.alias(lines=lines)
        .filter(Q(**{f"{folded}__contains": sought}) | Q(**{f"{folded}__trigram_word_similar": sought}))
        .annotate(
            rank=Case(
                When(lines__contains=whole, then=Value(5000)),
                When(lines__contains=beginning, then=Value(4000)),
                When(lines__contains=word, then=Value(3000)),
                When(**{f"{folded}__contains": sought}, then=Value(2000)),
                default=Value(0),
                output_field=IntegerField(),
            )
            + Greatest(alike, Value(0), output_field=IntegerField())
        )
    )
