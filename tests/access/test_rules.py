"""WHO MAY, as one table: every act × every role, and × strangers, the disabled and tokens."""

import pytest

from annotator.access.acts import acts_in, may_each
from annotator.access.rules import ACTS, may, require
from annotator.actions.comments import add_comment
from annotator.actions.projects import add_member
from annotator.actions.register import assess
from annotator.domain.errors import Forbidden
from tests.access.people import askers
from tests.factories import (
    a_cast,
    a_mention,
    a_project,
    a_proposition,
    a_search,
    a_user,
    an_article,
    an_entity,
)

pytestmark = pytest.mark.django_db

COLUMNS = "manager editor coder reader  stranger nobody disabled  read annotate manage here other".split()
# The last five are tokens of the manager: of three scopes, and of the scope “manage” for this project and for another.
# “of another”: made by the editor, where the act asks who made it; else it was made by the coder.
TABLE = """
                              manager editor coder reader   stranger nobody disabled   read annotate manage here other
project.read                  y       y      y     y        -        -      -          y    y        y      y    -
project.change                y       -      -     -        -        -      -          -    -        y      y    -
member.add                    y       -      -     -        -        -      -          -    -        y      y    -
member.change                 y       -      -     -        -        -      -          -    -        y      y    -
member.remove                 y       -      -     -        -        -      -          -    -        y      y    -
codebook.change               y       -      -     -        -        -      -          -    -        y      y    -
article.add                   y       y      y     -        -        -      -          -    y        y      y    -
article.change                y       y      -     -        -        -      -          -    -        y      y    -
article.delete                y       y      -     -        -        -      -          -    -        y      y    -
article.restore               y       y      -     -        -        -      -          -    -        y      y    -
article.revise                y       y      -     -        -        -      -          -    -        y      y    -
article.purge                 y       -      -     -        -        -      -          -    -        y      y    -
coding.open                   y       y      y     -        -        -      -          -    y        y      y    -
coding.set_state              y       y      y     -        -        -      -          -    y        y      y    -
annotation.add                y       y      y     -        -        -      -          -    y        y      y    -
annotation.change             y       y      y     -        -        -      -          -    y        y      y    -
annotation.change_of_another  y       y      -     -        -        -      -          -    y        y      y    -
annotation.delete             y       y      y     -        -        -      -          -    y        y      y    -
annotation.delete_of_another  y       y      -     -        -        -      -          -    y        y      y    -
annotation.restore            y       y      y     -        -        -      -          -    y        y      y    -
annotation.restore_of_another y       y      -     -        -        -      -          -    y        y      y    -
record.add                    y       y      y     -        -        -      -          -    y        y      y    -
record.change                 y       y      y     -        -        -      -          -    y        y      y    -
record.delete                 y       y      y     -        -        -      -          -    y        y      y    -
record.delete_of_another      y       y      -     -        -        -      -          -    y        y      y    -
record.restore                y       y      y     -        -        -      -          -    y        y      y    -
record.restore_of_another     y       y      -     -        -        -      -          -    y        y      y    -
record.merge                  y       y      -     -        -        -      -          -    y        y      y    -
assessment.add                y       y      -     -        -        -      -          -    y        y      y    -
assessment.change             y       y      -     -        -        -      -          -    y        y      y    -
assessment.delete             y       y      -     -        -        -      -          -    y        y      y    -
assessment.restore            y       y      -     -        -        -      -          -    y        y      y    -
search.add                    y       y      y     y        -        -      -          -    y        y      y    -
search.share                  y       y      y     -        -        -      -          -    y        y      y    -
search.change                 y       y      y     -        -        -      -          -    y        y      y    -
search.change_of_another      y       y      -     -        -        -      -          -    y        y      y    -
search.delete                 y       y      y     -        -        -      -          -    y        y      y    -
search.delete_of_another      y       y      -     -        -        -      -          -    y        y      y    -
search.restore                y       y      y     -        -        -      -          -    y        y      y    -
search.restore_of_another     y       y      -     -        -        -      -          -    y        y      y    -
export.add                    y       y      y     y        -        -      -          y    y        y      y    -
export.remove                 y       y      y     y        -        -      -          y    y        y      y    -
webhook.manage                y       -      -     -        -        -      -          -    -        y      y    -
feed.manage                   y       y      -     -        -        -      -          -    -        y      y    -
comment.add                   y       y      y     -        -        -      -          -    y        y      y    -
comment.change                y       y      y     -        -        -      -          -    y        y      y    -
comment.change_of_another     y       y      -     -        -        -      -          -    y        y      y    -
comment.delete                y       y      y     -        -        -      -          -    y        y      y    -
comment.delete_of_another     y       y      -     -        -        -      -          -    y        y      y    -
comment.restore               y       y      y     -        -        -      -          -    y        y      y    -
comment.restore_of_another    y       y      -     -        -        -      -          -    y        y      y    -
"""
ROWS = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()[1:]}


@pytest.fixture(scope="module")
def house(stage):
    """The askers, and what each act is done to."""
    cast = a_cast()
    elsewhere = a_project(cast.alice)
    article = an_article(cast.project, by=cast.mo)
    own, others = (a_mention(article, by=user) for user in (cast.mo, cast.rita))
    proposition = a_proposition(cast.project, by=cast.mo)
    assessment = assess(proposition, {"scale": "facts", "rating": "true"}, by=cast.rita)
    subjects = {
        "project": cast.project,
        "member": cast.project.memberships.get(user=cast.sam),
        "codebook": cast.project.codebook_values.first(),
        "article": article,
        "coding": own.coding,
        "annotation": own,
        "annotation of another": others,
        "record": an_entity(cast.project, by=cast.mo),
        "record of another": an_entity(cast.project, by=cast.rita),
        "assessment": assessment,
        "search": a_search(cast.project, by=cast.mo, shared=True),
        "search of another": a_search(cast.project, by=cast.rita, shared=True),
        "comment": add_comment(own, "Is it she?", by=cast.mo),
        "comment of another": add_comment(own, "It is.", by=cast.rita),
    }
    new = {
        "member.add": cast.project,
        "article.add": cast.project,
        "record.add": cast.project,
        "search.add": cast.project,
        "search.share": cast.project,
        "export.add": cast.project,
        "export.remove": cast.project,
        "webhook.manage": cast.project,
        "feed.manage": cast.project,
        "annotation.add": own.coding,
        "assessment.add": proposition,
        "comment.add": own,
    }
    return cast, askers(cast, elsewhere), subjects, new


def test_the_table_has_every_act():
    assert {row.removesuffix("_of_another") for row in ROWS} == set(ACTS)
    assert TABLE.split()[: len(COLUMNS)] == COLUMNS
    assert {len(cells) for cells in ROWS.values()} == {len(COLUMNS)}


@pytest.mark.parametrize("row", ROWS)
def test_who_may(house, row):
    _cast, users, subjects, new = house
    act = row.removesuffix("_of_another")
    noun = act.partition(".")[0] + (" of another" if row != act else "")
    subject = new.get(act, subjects.get(noun))

    allowed = ["y" if may(users[column], act, subject) else "-" for column in COLUMNS]

    assert allowed == ROWS[row]


@pytest.mark.parametrize("column", COLUMNS)
def test_what_is_not_allowed_is_forbidden_and_says_what(house, column):
    _cast, users, subjects, _new = house
    act = "project.change"

    if ROWS[act][COLUMNS.index(column)] == "y":
        require(users[column], act, subjects["project"])
    else:
        with pytest.raises(Forbidden, match="You may not do this here: “project.change” is not for your role"):
            require(users[column], act, subjects["project"])


@pytest.mark.parametrize("column", COLUMNS)
def test_what_a_page_offers_is_what_may_be_done(house, column):
    cast, users, _subjects, _new = house
    of_one = (
        *("annotation", "coding", "comment", "record.delete", "record.restore"),
        *("search.change", "search.delete", "search.restore"),
    )
    of_project = {act: ROWS.get(f"{act}_of_another", ROWS[act]) for act in ACTS if not act.startswith(of_one)}

    offered = acts_in(users[column], cast.project)

    assert offered == {act for act, cells in of_project.items() if cells[COLUMNS.index(column)] == "y"}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_list_asks_the_same_of_each(house, column):
    cast, users, subjects, _new = house
    allowed = may_each(users[column], "comment.delete", cast.project)

    for noun in ("comment", "comment of another"):
        row = "comment.delete" + noun.removeprefix("comment").replace(" ", "_")
        assert allowed(subjects[noun]) == (ROWS[row][COLUMNS.index(column)] == "y")


def test_a_member_of_two_projects_may_in_each_what_the_role_there_allows(house):
    cast, _users, subjects, _new = house
    elsewhere = a_project(a_user())
    add_member(elsewhere, cast.alice, "reader", by=elsewhere.memberships.get().user)

    assert may(cast.alice, "article.change", subjects["article"])
    assert not may(cast.alice, "article.add", elsewhere)
    assert may(cast.alice, "project.read", elsewhere)
