"""The fields of an annotation: what each type of field takes, what it refuses, and that tables and fields agree."""

import math
import uuid
from datetime import date

import pytest

from annotator.domain.annotation import Kind
from annotator.domain.fields import CONTEXT, FIELDS, MAX_LIST, READ_ONLY, Field, Unreadable, read, read_value
from annotator.models import ANNOTATIONS

ID = uuid.UUID("3f0c1d2e-0000-4000-8000-000000000001")

TEXT = Field("text", default="", max_length=5)
CHOICE = Field("choice", choices=("support", "oppose"))
OPTIONAL_CHOICE = Field("choice", default="", choices=("NAM", "NOM"))
FLAGS = Field("texts", default=(), choices=("source_typo", "unclosed_quote"))
FRAMES = Field("texts", default=(), max_length=5)
SPAN = Field("span")
OPTIONAL_SPAN = Field("span", default=None, nullable=True)
SINGLE = Field("single_span", default=None, nullable=True)
REFERENCE = Field("reference", default=None, nullable=True)
PARTY = Field("party")
DAY = Field("day", default=None, nullable=True)
FLAG = Field("flag", default=False)
WHOLE = Field("whole", default=None, nullable=True, low=1, high=3)
NUMBER = Field("number", default=None, nullable=True, low=0, high=1)
ANY_NUMBER = Field("number", default=None, nullable=True)
PAIR = Field("pair")
QUANTITIES = Field("quantities", default=())
QUANTITY = {
    "span": [3, 9],
    "comparator": "approx",
    "low": 2,
    "high": None,
    "unit": "people",
    "vague": True,
    "certainty": "",
}


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        (TEXT, " é🎉 ", "é🎉"),
        (TEXT, "", ""),
        (CHOICE, "oppose", "oppose"),
        (OPTIONAL_CHOICE, "", ""),
        (FLAGS, ["unclosed_quote", "source_typo", "unclosed_quote"], ["unclosed_quote", "source_typo"]),
        (FRAMES, [" a "], ["a"]),
        (FRAMES, [], []),
        (SPAN, [[0, 5]], [[0, 5]]),
        (OPTIONAL_SPAN, [], None),
        (OPTIONAL_SPAN, None, None),
        (SINGLE, [[0, 5]], [[0, 5]]),
        (SINGLE, [], None),
        (REFERENCE, str(ID), ID),
        (REFERENCE, str(ID).upper(), ID),
        (REFERENCE, ID, ID),
        (REFERENCE, None, None),
        (PARTY, "AUTHOR", "AUTHOR"),
        (PARTY, "UNSPECIFIED", "UNSPECIFIED"),
        (PARTY, str(ID), ID),
        (DAY, "2016-11-20", date(2016, 11, 20)),
        (DAY, date(2016, 11, 20), date(2016, 11, 20)),
        (DAY, None, None),
        (FLAG, True, True),
        (WHOLE, 3, 3),
        (NUMBER, 0.5, 0.5),
        (NUMBER, 1, 1),
        (ANY_NUMBER, -(10**18), -(10**18)),
        (PAIR, [3, 9], [3, 9]),
        (QUANTITIES, [], []),
        (QUANTITIES, [{**QUANTITY, "exact": "2 mill"}], [QUANTITY]),
        (
            QUANTITIES,
            [{"span": [3, 9]}],
            [{**QUANTITY, "comparator": "eq", "low": None, "unit": "", "vague": False}],
        ),
    ],
)  # fmt: skip
def test_a_field_takes(field, given, value):
    assert read_value(field, given) == value


@pytest.mark.parametrize(
    ("field", "given", "message"),
    [
        (TEXT, None, "a value is required, not null."),
        (TEXT, 5, "a text is expected, not int."),
        (TEXT, "abcdef", "it has 6 characters; the most is 5."),
        (TEXT, "a\x00", "it has a NUL character or half of a surrogate pair; remove it."),
        (TEXT, "\ud83d", "it has a NUL character or half of a surrogate pair; remove it."),
        (CHOICE, "", "'' is unknown; use one of support, oppose."),
        (CHOICE, "Support", "'Support' is unknown; use one of support, oppose."),
        (CHOICE, ["support"], "['support'] is unknown; use one of support, oppose."),
        (CHOICE, True, "True is unknown; use one of support, oppose."),
        (FLAGS, "source_typo", "a list of at most 50 texts is expected."),
        (FLAGS, ["a"] * (MAX_LIST + 1), "a list of at most 50 texts is expected."),
        (FLAGS, ["typo"], "'typo' is unknown; use any of source_typo, unclosed_quote."),
        (FLAGS, [None], "a text is expected, not NoneType."),
        (FRAMES, [""], "'' is unknown"),
        (FRAMES, ["abcdef"], "it has 6 characters; the most is 5."),
        (SPAN, None, "a value is required, not null."),
        (SPAN, [], "a span has at least one [start, end] pair."),
        (SPAN, "0-5", "a list of [start, end] pairs is expected."),
        (SINGLE, [[0, 5], [7, 9]], "exactly one [start, end] pair is expected, not 2."),
        (SINGLE, {"start": 0}, "a list of [start, end] pairs is expected."),
        (REFERENCE, "Elorza", "'Elorza' is no id (a UUID)."),
        (REFERENCE, 17, "17 is no id (a UUID)."),
        (REFERENCE, [str(ID)], f"{[str(ID)]!r} is no id (a UUID)."),
        (PARTY, "ENTITY", "'ENTITY' is no party; use an entity's id, AUTHOR or UNSPECIFIED."),
        (PARTY, None, "a value is required, not null."),
        (DAY, "20161120", "'20161120' is no date; use YYYY-MM-DD."),
        (DAY, "2016-W46-7", "'2016-W46-7' is no date; use YYYY-MM-DD."),
        (DAY, "2016-02-30", "'2016-02-30' is no date; use YYYY-MM-DD."),
        (DAY, 20161120, "20161120 is no date; use YYYY-MM-DD."),
        (FLAG, 1, "1 is neither true nor false."),
        (FLAG, "false", "'false' is neither true nor false."),
        (WHOLE, 4, "4 is not between 1 and 3."),
        (WHOLE, 1.0, "1.0 is no whole number."),
        (WHOLE, True, "True is no whole number."),
        (WHOLE, 10**400, f"{10**400!r:.60} is no number between -1e18 and 1e18."),
        (NUMBER, 1.01, "1.01 is not between 0 and 1."),
        (NUMBER, math.nan, "nan is no number between -1e18 and 1e18."),
        (NUMBER, math.inf, "inf is no number between -1e18 and 1e18."),
        (NUMBER, True, "True is no number between -1e18 and 1e18."),
        (NUMBER, "0.5", "'0.5' is no number between -1e18 and 1e18."),
        (ANY_NUMBER, 10**400, f"{10**400!r:.60} is no number between -1e18 and 1e18."),
        (PAIR, [[3, 9]], "one [start, end] pair is expected."),
        (PAIR, [3, 9.0], "one [start, end] pair is expected."),
        (QUANTITIES, {}, "a list of at most 50 objects is expected."),
        (QUANTITIES, [[3, 9]], "a list of at most 50 objects is expected."),
        (QUANTITIES, [{}], "quantity 0: `span` is required."),
        (QUANTITIES, [QUANTITY, {"span": [3, 9], "low": "2"}], "quantity 1, `low`: '2' is no number between"),
        (QUANTITIES, [{"span": [3, 9], "value": 2}], "quantity 0: `value` is not a field; it has span, comparator,"),
    ],
)
def test_a_field_refuses_saying_what_it_takes(field, given, message):
    with pytest.raises(Unreadable) as refused:
        read_value(field, given)

    assert str(refused.value).startswith(message)


def test_every_type_of_field_that_is_declared_is_tested_here():
    tested = {field.type for field in globals().values() if isinstance(field, Field)}

    assert {field.type for fields in FIELDS.values() for field in fields.values()} <= tested


@pytest.mark.parametrize("kind", Kind)
def test_the_wire_form_of_a_table_is_its_fields_and_what_the_server_adds(kind):
    on_the_wire = {"kind", *ANNOTATIONS[kind].WIRE}

    written = on_the_wire - READ_ONLY - CONTEXT
    assert written == set(FIELDS[kind])
    assert on_the_wire & CONTEXT == CONTEXT - {"exact"}


def test_a_whole_write_is_filled_with_defaults_and_told_of_everything_that_is_missing():
    values, problems = read(Kind.STANCE, {"segments": [[0, 5]], "position": "oppose"}, whole=True)

    assert {name: values[name] for name in ("modality", "explicitness", "frames", "intensity", "comment")} == {
        "modality": "asserted",
        "explicitness": "explicit",
        "frames": [],
        "intensity": None,
        "comment": "",
    }
    assert [problem.message for problem in problems] == [
        "`holder` is required for a stance.",
        "`target_kind` is required for a stance.",
        "`target` is required for a stance.",
    ]


def test_a_partial_write_has_only_what_was_given():
    assert read(Kind.STANCE, {"position": "oppose"}, whole=False) == ({"position": "oppose"}, [])


def test_what_was_read_may_be_sent_back_and_what_is_no_field_may_not():
    given = dict.fromkeys([*READ_ONLY, *CONTEXT, "positon"], "x")

    values, [problem] = read(Kind.STANCE, given, whole=False)

    assert (values, problem.field, problem.value) == ({}, "positon", "x")
    assert problem.message.startswith("`positon` is not a field of this stance; it has external_id, segments,")


def test_a_problem_can_be_shown_whatever_was_sent():
    _, [problem] = read(Kind.CLAIM, {"\ud83d" * 100: 1}, whole=False)

    assert problem.field.encode().decode() == "\\ud83d" * 100
    assert problem.message.startswith("`" + "\\ud83d" * 60 + "` is not a field")
