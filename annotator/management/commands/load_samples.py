"""Load the sample project "Harbour Desk": an invented republic's politics, for a first look and for demonstrations.

The data stand in ``annotator/samples``. Records refer to each other by ``key``. Annotations give the words they stand
on, ``{"words": "…", "nth": 2}`` for the second time that these words occur, counted as whole words; a list of such
is a span of several segments. Other fields have their names and values on the wire.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from annotator.actions.codebook import add_value, use_field
from annotator.actions.codings import layer_of, set_state
from annotator.actions.comments import add_comment
from annotator.actions.imports import import_rows
from annotator.actions.projects import add_member, create_project
from annotator.actions.records import add_record
from annotator.actions.register import assess, link_propositions
from annotator.actions.revisions import revise_article
from annotator.domain.errors import AnnotatorError
from annotator.domain.roles import Role
from annotator.models import ANNOTATIONS, Coding, User
from annotator.models.record import Record
from articles.models import Project
from articles.readers.row import Row

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PASSWORD = "harbour-demo-2031"  # noqa: S105 - it is printed for everybody to read

_SPANS = ("segments", "source_span", "cue_span", "target_span", "hedge_spans")
_PARTIES = ("source", "holder", "claimant", "entity", "affiliation", "voiced_by")
_VOICES = ("AUTHOR", "UNSPECIFIED")


class SampleError(ValueError):
    """Sample data that do not fit together, with the file or key that is at fault."""


def register() -> dict[str, Any]:
    """The project, its members, records and list of articles."""
    return json.loads((SAMPLES / "harbour-desk.json").read_text(encoding="utf-8"))


def text_of(slug: str) -> str:
    return (SAMPLES / "articles" / f"{slug}.txt").read_text(encoding="utf-8").removesuffix("\n")


def corrected(slug: str) -> str:
    """The text that the outlet replaced the first one by, after it was annotated; empty where it did not."""
    path = SAMPLES / "articles" / f"{slug}.corrected.txt"
    return path.read_text(encoding="utf-8").removesuffix("\n") if path.exists() else ""


def coding_of(slug: str) -> dict[str, Any]:
    """An article's coding: ``state``, ``annotations`` and ``comments``; empty for an article that nobody has begun."""
    path = SAMPLES / "articles" / f"{slug}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def segment(place: dict[str, Any], text: str) -> list[int]:
    """``[start, end]`` in code points of the words of ``place``; SampleError where they do not occur so often."""
    words, nth = place["words"], place.get("nth", 1)
    # A boundary is asked for where the words themselves begin or end with a letter or digit.
    before = r"(?<!\w)" if re.match(r"\w", words) else ""
    after = r"(?!\w)" if re.search(r"\w$", words) else ""
    found = list(re.finditer(before + re.escape(words) + after, text))
    if len(found) < nth:
        raise SampleError(f"“{words}” occurs {len(found)} times in the text; number {nth} is asked for.")
    return list(found[nth - 1].span())


def on_the_wire(annotation: dict[str, Any], text: str, id_of: Callable[[str, str], str]) -> dict[str, Any]:
    """An annotation as the REST interface takes it: offsets for words, and for keys the ids that ``id_of`` gives.

    Attributions are still named by their keys, in ``attribution`` and ``parent``, as imports have it.
    """
    fields = {name: value for name, value in annotation.items() if name != "key"}
    fields |= {"external_id": annotation["key"], "origin": "manual"}
    for name in set(_SPANS) & set(fields):
        fields[name] = [segment(place, text) for place in fields[name]]
    if "quantities" in fields:
        fields["quantities"] = [{**each, "span": segment(each["span"], text)} for each in fields["quantities"]]
    for name in _PARTIES:
        if fields.get(name) and fields[name] not in _VOICES:
            fields[name] = id_of("entity", fields[name])
    if "target" in fields:
        fields["target"] = id_of(fields["target_kind"], fields["target"])
    if "proposition" in fields:
        fields["proposition"] = id_of("proposition", fields["proposition"])
    return fields


class Command(BaseCommand):
    help = "Loads the sample project “Harbour Desk”: articles, annotations and four demo users."

    def handle(self, *args: Any, **options: Any) -> None:
        sample = register()
        slug = sample["project"]["slug"]
        there = Project.objects.filter(slug=slug).exists()
        if not there:
            try:
                with transaction.atomic():
                    _Loading(sample).run()
            except (AnnotatorError, SampleError) as error:
                raise CommandError(f"The samples cannot be loaded: {error}") from error
        state = "already there" if there else "loaded"
        self.stdout.write(f"The project {slug} is {state}. Sign in with the password {PASSWORD} as")
        for member in sample["users"]:
            self.stdout.write(f"  {member['username']:<6} {member['role']} ({member['name']})")


class _Loading:
    """One run: the project made by its manager, the records by its editor, the articles annotated by its coder."""

    def __init__(self, sample: dict[str, Any]) -> None:
        self.sample = sample
        self.users = {member["role"]: _user(member) for member in sample["users"]}
        self.by_name = {user.username: user for user in self.users.values()}
        self.records: dict[str, Record] = {}  # by "<noun> <key>"

    def run(self) -> None:
        self._make_project()
        self._add_records()
        self._fill_register()
        for article in self.sample["articles"]:
            self._bring_in(article)

    def _make_project(self) -> None:
        manager = self.users[Role.MANAGER]
        self.project = create_project(**self.sample["project"], by=manager)
        for role, user in self.users.items():
            if user != manager:
                add_member(self.project, user, role, by=manager)
        for name in self.sample["codebook"]["in_use"]:
            use_field(self.project, name, in_use=True, by=manager)
        for value in self.sample["codebook"]["values"]:
            add_value(self.project, by=manager, **value)

    def _add_records(self) -> None:
        """Organisations stand before those affiliated with them, issues before the issues below them."""
        for noun, plural in (("entity", "entities"), ("issue", "issues"), ("proposition", "propositions")):
            for entry in self.sample[plural]:
                fields = {name: value for name, value in entry.items() if name != "key"}
                if "parent" in fields:
                    fields["parent"] = self._id("issue", fields["parent"])
                if "affiliations" in fields:
                    fields["affiliations"] = [
                        {**each, "organisation": self._id("entity", each["organisation"])}
                        for each in fields["affiliations"]
                    ]
                key = entry["key"]
                self.records[f"{noun} {key}"] = add_record(
                    noun, self.project, {**fields, "external_id": key}, by=self.users[Role.EDITOR]
                )

    def _fill_register(self) -> None:
        editor = self.users[Role.EDITOR]
        for link in self.sample["proposition_links"]:
            start, to = (self._record("proposition", link[end]) for end in ("from", "to"))
            link_propositions(start, to, link["relation"], by=editor)
        for assessment in self.sample["assessments"]:
            fields = {name: value for name, value in assessment.items() if name not in ("proposition", "reviewer")}
            reviewer = self.by_name[assessment["reviewer"]]
            assess(self._record("proposition", assessment["proposition"]), fields, by=reviewer)

    def _bring_in(self, article: dict[str, Any]) -> None:
        coder = self.users[Role.CODER]
        slug = article["slug"]
        text, given = text_of(slug), coding_of(slug)
        fields = {name: value for name, value in article.items() if name != "slug"}
        try:
            annotations = [on_the_wire(each, text, self._id) for each in given.get("annotations", [])]
        except SampleError as error:
            raise SampleError(f"{slug}: {error}") from error
        row = Row(slug, fields={**fields, "text": text}, annotations=annotations)
        (outcome,) = import_rows(self.project, [row], by=coder)
        if outcome.state != "new":
            raise SampleError(outcome.reason or f"{slug}: another article has the same text.")
        if given:
            coding = layer_of(outcome.article, coder)
            set_state(coding, given["state"], by=coder)
            self._comment(coding, given.get("comments", []))
        if text := corrected(slug):
            revise_article(outcome.article, text, by=self.users[Role.EDITOR], version=outcome.article.version)

    def _comment(self, coding: Coding, comments: list[dict[str, str]]) -> None:
        annotations = {
            annotation.external_id: annotation
            for kind in ANNOTATIONS.values()
            for annotation in kind.objects.filter(coding=coding).select_related("coding__article")
        }
        for comment in comments:
            add_comment(annotations[comment["on"]], comment["text"], by=self.by_name[comment["by"]])

    def _record(self, noun: str, key: str) -> Record:
        try:
            return self.records[f"{noun} {key}"]
        except KeyError:
            raise SampleError(f"There is no {noun} with the key {key}.") from None

    def _id(self, noun: str, key: str) -> str:
        return str(self._record(noun, key).pk)


def _user(member: dict[str, str]) -> User:
    """The demo user; one who has an account of this name keeps it, password included."""
    user, is_new = User.objects.get_or_create(username=member["username"], defaults={"name": member["name"]})
    if is_new:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return user
