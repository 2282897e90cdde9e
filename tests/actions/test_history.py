"""What an annotation said on any day can be read from what happened to it, whoever did it and however."""

import pytest

from annotator.actions.annotations import delete_annotation, restore_annotation, revise_annotation, wire
from annotator.actions.imports import import_rows
from annotator.actions.merging_values import merge_value
from annotator.domain.encoding import plain
from annotator.models import Event, Stance
from articles.readers.row import Row
from tests.factories import TEXT, a_stance, an_issue

pytestmark = pytest.mark.django_db

ALWAYS = {"version", "changed_at", "changed_by"}


def as_stored(annotation):
    return plain(wire(annotation))


def without_stamps(form):
    return {name: value for name, value in form.items() if name not in ALWAYS}


def live_through(cast, stance):
    """Change a stance in every way there is; its wire form after each."""
    value = cast.project.codebook_values.get
    forms = [as_stored(stance)]
    for change in (
        lambda: revise_annotation(stance, {"frames": ["economic"], "comment": "A."}, by=cast.mo, version=1),
        lambda: merge_value(
            value(field="stance.frames", value="economic"), value(field="stance.frames", value="morality"),
            by=cast.alice, version=1,
        ),
        lambda: revise_annotation(Stance.objects.get(), {"position": "mixed"}, by=cast.mo, version=3),
        lambda: delete_annotation(Stance.objects.get(), by=cast.rita, version=4),
        lambda: restore_annotation(Stance.objects.get(), by=cast.mo),
    ):  # fmt: skip
        change()
        forms.append(as_stored(stance))
    return forms


def test_every_version_has_its_event_and_the_event_the_whole_of_it(cast, article):
    stance = a_stance(article, by=cast.mo)

    forms = live_through(cast, stance)

    told = list(Event.objects.filter(thing_id=str(stance.pk)).order_by("id"))
    assert [event.version for event in told] == [1, 2, 3, 4, 5, 6]
    assert [event.after for event in told] == forms
    assert [event.by for event in told] == [cast.mo, cast.mo, cast.alice, cast.mo, cast.rita, cast.mo]


def test_an_imported_annotation_is_read_backwards_from_what_changed(cast):
    issue = an_issue(cast.project, by=cast.mo)
    given = {"kind": "stance", "segments": [[12, 36]], "holder": "AUTHOR", "target_kind": "issue",
             "target": str(issue.pk), "position": "oppose"}  # fmt: skip
    [outcome] = import_rows(cast.project, [Row("a", {"title": "T", "text": TEXT}, [given])], by=cast.mo)
    assert outcome.reason == ""
    stance = Stance.objects.get()

    forms = live_through(cast, stance)

    told = list(Event.objects.filter(thing_id=str(stance.pk)).order_by("-id"))
    assert [event.version for event in told] == [6, 5, 4, 3, 2]
    read = [without_stamps(as_stored(stance))]
    for event in told:
        read.append({**read[-1], **event.before})
    assert read[::-1] == [without_stamps(form) for form in forms]
