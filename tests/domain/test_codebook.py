"""The default codebook says all that a coder needs about every value of the scheme, and about no other."""

import re
from pathlib import Path

import pytest

from annotator.domain.attribution import CueType, Flag, Mode
from annotator.domain.claim import Certainty, CheckWorthiness, ClaimKind, Comparator, Time
from annotator.domain.codebook import FIELDS, Field
from annotator.domain.mention import SUBTYPES, EntityType, GpeRole, Level, MentionClass, NoEntityReason
from annotator.domain.register import UNVERIFIABLE, Scale
from annotator.domain.stance import (
    FRAMES,
    INTENSITIES,
    Explicitness,
    Fidelity,
    Modality,
    Position,
    TargetKind,
)

TOKENS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"

ENUMS = {
    "mention.type": EntityType,
    "mention.level": Level,
    "mention.class": MentionClass,
    "mention.no_entity_reason": NoEntityReason,
    "mention.role": GpeRole,
    "attribution.mode": Mode,
    "attribution.cue_type": CueType,
    "attribution.flags": Flag,
    "stance.position": Position,
    "stance.target_kind": TargetKind,
    "stance.explicitness": Explicitness,
    "stance.modality": Modality,
    "stance.intensity": [str(intensity) for intensity in INTENSITIES],
    "stance.fidelity": Fidelity,
    "stance.frames": FRAMES,
    "claim.claim_kind": ClaimKind,
    "claim.check_worthiness": CheckWorthiness,
    "claim.certainty": Certainty,
    "claim.time": Time,
    "claim.comparator": Comparator,
}

VALUES = [pytest.param(value, id=f"{field.name}={value.value}") for field in FIELDS.values() for value in field.values]


def values_of(name: str) -> list[str]:
    return [value.value for value in FIELDS[name].values]


def test_the_fields_are_those_of_the_scheme_in_screen_order():
    assert list(FIELDS) == [
        "mention.type",
        "mention.subtype",
        "mention.level",
        "mention.class",
        "mention.no_entity_reason",
        "mention.role",
        "attribution.mode",
        "attribution.cue_type",
        "attribution.flags",
        "stance.position",
        "stance.target_kind",
        "stance.explicitness",
        "stance.modality",
        "stance.intensity",
        "stance.fidelity",
        "stance.frames",
        "stance.valid_on",
        "claim.claim_kind",
        "claim.check_worthiness",
        "claim.certainty",
        "claim.time",
        "claim.comparator",
        "rating.facts",
        "rating.promises",
        "rating.quotes",
    ]


@pytest.mark.parametrize("name", ENUMS)
def test_a_field_has_the_values_of_its_enum_each_once_and_in_order(name):
    assert values_of(name) == [str(value) for value in ENUMS[name]]


def test_a_subtype_says_for_which_type_it_is_meant():
    assert [(value.parent, value.value) for value in FIELDS["mention.subtype"].values] == [
        (entity_type.value, subtype) for entity_type, subtypes in SUBTYPES.items() for subtype in subtypes
    ]


def test_only_subtypes_hang_on_a_value_of_another_field():
    assert {field.name for field in FIELDS.values() if any(value.parent for value in field.values)} == {
        "mention.subtype"
    }


def test_the_fields_that_a_project_turns_on():
    assert [field.name for field in FIELDS.values() if field.optional] == [
        "stance.intensity",
        "stance.fidelity",
        "stance.frames",
        "stance.valid_on",
    ]


def test_the_fields_to_which_a_project_may_add():
    assert [field.name for field in FIELDS.values() if field.open] == ["mention.subtype", "stance.frames"]


def test_a_date_has_no_values():
    assert [field.name for field in FIELDS.values() if not field.values] == ["stance.valid_on"]


def test_every_rating_scale_is_explained():
    assert [name for name in FIELDS if name.startswith("rating.")] == [f"rating.{scale}" for scale in Scale]
    assert UNVERIFIABLE in values_of("rating.facts")


@pytest.mark.parametrize(
    ("name", "scores"),
    [
        ("rating.facts", {"true": 5, "mostly_true": 4, "half_true": 3, "mostly_false": 2, "false": 1}),
        ("rating.promises", {"kept": 3, "compromise": 2, "broken": 1}),
        ("rating.quotes", {"accurate": 3, "altered": 2, "fabricated": 1}),
    ],
)
def test_a_rating_has_a_score_where_it_is_on_the_scale(name, scores):
    assert {value.value: value.score for value in FIELDS[name].values if value.score is not None} == scores


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_a_field_is_labelled_and_defined_and_its_values_are_told_apart(field: Field):
    for names in (
        [value.value for value in field.values],
        [value.label for value in field.values],
        [value.hotkey for value in field.values],
        [value.definition for value in field.values],
    ):
        assert sorted(names) == sorted(set(names))
    assert field.label.strip()
    assert field.definition.endswith(".")


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_labelled_and_defined_in_whole_sentences(value):
    assert value.label.strip()
    assert value.definition[0].isupper()
    assert value.definition.endswith(".")


@pytest.mark.parametrize("value", VALUES)
def test_a_value_has_an_example_and_a_tempting_case_with_the_reason_against(value):
    assert value.positive_example.strip()

    case, dash, reason = value.negative_example.rpartition(" – ")

    assert (case.strip() != "", dash) == (True, " – ")
    assert 3 <= len(reason.split()) <= 6
    assert case != value.positive_example


@pytest.mark.parametrize("value", VALUES)
def test_a_hotkey_is_one_digit_or_small_letter(value):
    assert re.fullmatch("[1-9a-z]", value.hotkey)


def test_positions_types_and_the_first_nine_claim_kinds_are_counted_through():
    for name in ("stance.position", "mention.type", "claim.claim_kind"):
        keys = [value.hotkey for value in FIELDS[name].values]
        assert keys[:9] == list("123456789")[: len(keys)]


@pytest.mark.parametrize("value", VALUES)
def test_a_colour_is_a_token_of_the_style_sheet(value):
    tokens = set(re.findall(r"--([a-z0-9-]+): #", TOKENS.read_text(encoding="utf-8")))

    assert value.colour in tokens


def test_each_position_has_its_own_colour():
    assert {value.value: value.colour for value in FIELDS["stance.position"].values} == {
        "support": "support",
        "oppose": "oppose",
        "mixed": "mixed",
        "neutral": "neutral",
        "unclear": "unclear",
    }
