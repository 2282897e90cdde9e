"""The corpus: projects, outlets, articles and their revisions. It knows no users."""

import uuid
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Length, Lower, Trim
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual

MAX_TITLE = 500


def dated_last_down(of: str = "") -> Coalesce:
    """When an article was published, for lists that go down the days. ``of`` leads to it: “coding__article__”."""
    return Coalesce(f"{of}published_on", Value(date(1, 1, 1)))


# What an undated article counts as in an order by date: in both directions it comes last. Never null, so that an index
# serves whatever page of the list is asked for.
DATED_LAST_DOWN = dated_last_down()
DATED_LAST_UP = Coalesce("published_on", Value(date(9999, 12, 31)))


class Project(models.Model):
    """A corpus with one codebook and one group of members. ``slug`` is its permanent name in addresses."""

    class Layers(models.TextChoices):
        SHARED = "shared"
        INDEPENDENT = "independent"

    slug = models.SlugField(
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", "Use small letters, digits and single hyphens.")],
        error_messages={"unique": "A project of this name in addresses exists already."},
    )
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=5_000)
    language = models.CharField(max_length=35, default="en", help_text="BCP 47 tag of most of its articles.")
    layers = models.CharField(max_length=12, choices=Layers, default=Layers.SHARED)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(layers__in=["shared", "independent"]),
                name="project_layers_known",
                violation_error_code="layers",
                violation_error_message="Layers are “shared” or “independent”.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Outlet(models.Model):
    """Who published an article: a newspaper, a broadcaster, an agency, a website."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="outlets")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "project",
                Lower("name"),
                name="outlet_name_once",
                violation_error_code="outlet",
                violation_error_message="The project has an outlet of this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ArticleQuerySet(models.QuerySet["Article"]):
    def kept(self) -> "ArticleQuerySet":
        """Those not in the bin."""
        return self.filter(deleted_at=None)

    def published(self, since: date | None, until: date | None) -> "ArticleQuerySet":
        """Those published on these days, both included.

        By what the lists are ordered by: the index of an order finds them, and a page of them in that order.
        """
        found = self.filter(published_on__isnull=False)
        if since:
            found = found.filter(GreaterThanOrEqual(DATED_LAST_DOWN, since))
        if until:
            found = found.filter(LessThanOrEqual(DATED_LAST_DOWN, until))
        return found

    def undated(self) -> "ArticleQuerySet":
        """Those of which nothing says when they were published, by what the lists are ordered by."""
        return self.filter(Exact(DATED_LAST_DOWN, date(1, 1, 1)), published_on=None)

    def worded(self, field: str, words: str) -> "ArticleQuerySet":
        """Those in whose ``title`` or ``author`` the words stand in this order, be it as a part of longer ones.

        Case, accents and what stands between words are left aside.
        """
        return self.alias(worded=Words(field)).filter(worded__contains=Trim(Words(Value(words))))

    def newest_first(self) -> "ArticleQuerySet":
        """By date of publication, undated ones last; a total order, so that pages are stable."""
        return self.order_by(DATED_LAST_DOWN.desc(), "-created_at", "id")


class Words(models.Func):
    """A text as its words between single blanks, case and accents folded (function made by a migration)."""

    function = "articles_words"
    output_field = models.TextField()


def _ordered_by(name: str, *keys: object) -> models.Index:
    """The index of one order of the kept articles of a project."""
    return models.Index("project", *keys, name=f"article_by_{name}", condition=Q(deleted_at=None))


class Article(models.Model):
    """A news article: what is said about it here, its text in its revisions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="articles")
    external_id = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=MAX_TITLE)
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, null=True, blank=True, related_name="articles")
    author = models.CharField(max_length=300, blank=True)
    published_on = models.DateField(null=True, blank=True)
    url = models.CharField(max_length=2_000, blank=True)
    language = models.CharField(max_length=35, default="en")
    current = models.ForeignKey("Revision", on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64, help_text="Digest of the current text, by which the same text is known.")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "sha256"],
                condition=Q(purged_at=None),
                name="article_text_once",
                violation_error_code="text",
                violation_error_message="The project has an article with this very text.",
            ),
            models.UniqueConstraint(
                fields=["project", "external_id"],
                condition=~Q(external_id=""),
                name="article_external_id_once",
                violation_error_code="external_id",
                violation_error_message="The project has an article with this external id.",
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__istartswith="http://") | Q(url__istartswith="https://"),
                name="article_url_is_web",
                violation_error_code="url",
                violation_error_message="An article's URL begins with http:// or https://.",
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="article_has_title",
                violation_error_code="title",
                violation_error_message="An article has a title.",
            ),
        ]
        indexes = [
            _ordered_by("newest", DATED_LAST_DOWN.desc(), F("created_at").desc(), "id"),
            _ordered_by("oldest", DATED_LAST_UP.asc(), "created_at", "id"),
            _ordered_by("title", Lower("title"), "id"),
            _ordered_by("changed", F("changed_at").desc(), "id"),
            _ordered_by("outlet", "outlet", DATED_LAST_DOWN.desc(), F("created_at").desc(), "id"),
            models.Index(fields=["project", "language"], name="article_language"),
            # By hash: an address may be longer than an entry of an ordered index.
            HashIndex(fields=["url"], name="article_url"),
            GinIndex(OpClass(Words("title"), name="gin_trgm_ops"), name="article_title_words"),
            GinIndex(OpClass(Words("author"), name="gin_trgm_ops"), name="article_author_words"),
            models.Index(
                fields=["project", "created_at", "id"], name="article_oldest_first", condition=Q(deleted_at=None)
            ),
            models.Index(
                fields=["project"],
                name="article_away",
                condition=Q(deleted_at__isnull=False) | Q(purged_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Revision(models.Model):
    """One text of an article. It never changes (a trigger sees to it); a changed article gets another revision."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(help_text="1 for the first.")
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The one that it replaced, and that comes back when it is undone.",
    )
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    length = models.PositiveIntegerField(help_text="In code points.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["article", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"],
                name="revision_number_once",
                violation_error_code="number",
                violation_error_message="The article has a revision of this number.",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="revision_number_from_1",
                violation_error_code="number",
                violation_error_message="Revisions are numbered from 1.",
            ),
            models.CheckConstraint(
                condition=Q(length=Length("text")),
                name="revision_length_is_of_text",
                violation_error_code="text",
                violation_error_message="A revision's length is that of its text.",
            ),
        ]
        indexes = [
            # By which a regular expression finds the few texts that it is tried on.
            GinIndex(OpClass(F("text"), name="gin_trgm_ops"), name="revision_text_trigrams"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} revision {self.number}"


class ArticleWords(models.Model):
    """The words of an article's title and current text, as they are searched. Triggers keep it; nothing else writes it.

    A word is a run between separators or a character (``articles.words``), with case and accents folded.
    """

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="words")
    configuration = models.CharField(max_length=63, help_text="PostgreSQL's text search configuration of the language.")
    stems = SearchVectorField(
        help_text="By which any form of a word finds all its forms; and each two neighbours that are characters."
    )
    forms = SearchVectorField(help_text="The words as they stand, with their places.")
    is_whole = models.BooleanField(
        db_default=True,
        help_text="Whether all its words are here: of a text, 250,000 characters are at most; 40,000 without blanks.",
    )
    is_complete = models.BooleanField(
        help_text="Whether `forms` has every place of every word, too. PostgreSQL keeps 16,383, 255 of one word."
    )

    class Meta:
        indexes = [
            GinIndex(fields=["stems", "forms"], name="articlewords_words"),
            models.Index(fields=["article"], condition=Q(is_complete=False), name="articlewords_incomplete"),
            models.Index(fields=["article"], condition=Q(is_whole=False), name="articlewords_in_part"),
        ]

    def __str__(self) -> str:
        return f"words of {self.article_id}"


class Sketch(models.Model):
    """What of a revision's text finds texts that are much alike (``articles.likeness``). It follows the text, later."""

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, primary_key=True, related_name="sketch")
    digests = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = [GinIndex(fields=["digests"], name="sketch_digests")]

    def __str__(self) -> str:
        return f"sketch of revision {self.revision_id}"
