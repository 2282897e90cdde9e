"""Revising, as the tests of the actions do it, and what they look at then."""

from annotator.actions.revisions import revise_article
from annotator.models import ANNOTATIONS, Annotation, User
from articles.models import Article
from tests.factories import (
    TEXT,
)

# The word “told” is replaced, a paragraph comes first, the last sentence is gone.
CORRECTED = "A correction.\n\n" + TEXT.replace("she told", "she wrote to").replace(
    "\n\nTomas Quill said the closures could save 9 percent of the budget.", "\n\nNobody answered."
)


def stored(row: Annotation) -> Annotation:
    return type(row).objects.select_related("coding__article__project", "revision").get(pk=row.pk)


def revised(article: Article, text: str, by: User) -> Article:
    return revise_article(article, text, by=by, version=article.version)


def spans(row: Annotation) -> list[str]:
    row = stored(row)
    return [row.revision.text[start:end] for start, end in row.segments]


def everything(article: Article) -> list[dict]:
    """Where every annotation of the article stands, whoever's it is, but for its version."""
    return [
        {name: value for name, value in row.items() if name != "version"}
        for model in ANNOTATIONS.values()
        for row in sorted(model.objects.filter(coding__article=article).wire(), key=lambda row: str(row["id"]))
    ]
