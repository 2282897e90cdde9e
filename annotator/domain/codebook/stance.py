"""Stances on issues, entities and propositions; their frames are in ``frames``."""

from functools import partial

from annotator.domain.codebook.fields import Field, Value
from annotator.domain.codebook.frames import FRAMES
from annotator.domain.stance import Explicitness, Fidelity, Modality, Position, TargetKind

# Colour belongs to the position; the other fields stay in the ink of their text.
_value = partial(Value, colour="ink-2")

POSITION = Field(
    "stance.position",
    "Position",
    "Which side the words take towards the target as it is worded. A yes to keeping a railway is a no to the issue "
    "“Close the railway”. Where no side is taken up in words, there is no stance and nothing to annotate.",
    (
        _value(
            Position.SUPPORT.value,
            "Supports",
            "The words are for the target: they demand, defend or praise it, or report an act in its favour.",
            "On “Keep the Tarn line open”: “‘The line must stay,’ she said.”",
            "On “Close the Tarn line”: “‘The line must stay,’ she said.” – for the line, against closing",
            hotkey="1",
            colour="support",
        ),
        _value(
            Position.OPPOSE.value,
            "Opposes",
            "The words are against the target: they reject, attack or blame it, or report an act to stop it.",
            "On “Close the Tarn line”: “‘The line must stay,’ she said.”",
            "On “Keep the Tarn line open”: “‘The line loses money,’ she said.” – a claim, takes no side",
            hotkey="2",
            colour="oppose",
        ),
        _value(
            Position.MIXED.value,
            "Mixed",
            "The very same words are both for and against the target.",
            "“‘The bill is right on fees and wrong on fines,’ she said.”",
            "“In May she praised the bill; in June she attacked it.” – two stances, each one clear",
            hotkey="3",
            colour="mixed",
        ),
        _value(
            Position.NEUTRAL.value,
            "Neutral",
            "The words take the matter up and expressly take no side.",
            "“‘The city has no position on the levy,’ she said.”",
            "“Calloway did not mention the levy.” – silence, so no annotation",
            hotkey="4",
            colour="neutral",
        ),
        _value(
            Position.UNCLEAR.value,
            "Unclear",
            "The words take a side, but which one cannot be read from them. Kept out of networks, listed for review.",
            "“‘You all know what I think of this levy,’ she said.”",
            "“‘I have not made up my mind,’ she said.” – undecided in words, so neutral",
            hotkey="5",
            colour="unclear",
        ),
    ),
)

TARGET_KIND = Field(
    "stance.target_kind",
    "Kind of target",
    "What the position is about. Where words attack a policy and its author alike, they carry two stances.",
    (
        _value(
            TargetKind.ISSUE.value,
            "Issue",
            "Something that should be done or left: a recorded issue.",
            "“‘Keep the Tarn line open,’ she said.”",
            "“‘The transport minister has failed us,’ she said.” – about a person, so entity",
            hotkey="1",
        ),
        _value(
            TargetKind.ENTITY.value,
            "Entity",
            "A person, organisation, place or group as such, with no particular policy singled out.",
            "“‘The transport minister has failed us,’ she said.”",
            "“‘The minister’s rail cuts must go,’ she said.” – his policy, so an issue",
            hotkey="2",
        ),
        _value(
            TargetKind.PROPOSITION.value,
            "Proposition",
            "A statement of the claim register that the holder affirms or disputes.",
            "“‘It is untrue that the line loses money,’ she said.”",
            "“‘The line must not be closed,’ she said.” – a demand, so an issue",
            hotkey="3",
        ),
    ),
)

EXPLICITNESS = Field(
    "stance.explicitness",
    "Explicitness",
    "Whether the words state the position or only give grounds to infer it.",
    (
        _value(
            Explicitness.EXPLICIT.value,
            "Explicit",
            "The words alone state it: a reader who knows nothing of the affair would name the same position.",
            "“‘I oppose the levy,’ she said.”",
            "“Calloway told city lawyers to challenge the levy.” – inferred from what she did",
            hotkey="1",
        ),
        _value(
            Explicitness.IMPLICIT.value,
            "Implicit",
            "It is inferred from an act, an irony or a choice of words that the annotated words report.",
            "“Calloway told city lawyers to challenge the levy.”",
            "“Calloway’s party has always hated levies.” – shows nothing of her own",
            hotkey="2",
        ),
    ),
)

MODALITY = Field(
    "stance.modality",
    "Modality",
    "Whether the position is held outright. Mark the words that weaken it as hedges.",
    (
        _value(
            Modality.ASSERTED.value,
            "Asserted",
            "Held outright.",
            "“‘The line must stay open,’ she said.”",
            "“‘If the state pays, we back the line,’ she said.” – hangs on a condition",
            hotkey="1",
        ),
        _value(
            Modality.CONDITIONAL.value,
            "Conditional",
            "Held only if something else, which the words name, comes about.",
            "“‘If the state pays, we back the line,’ she said.”",
            "“‘If I may say so, the line must stay,’ she said.” – politeness, not a condition",
            hotkey="2",
        ),
        _value(
            Modality.HYPOTHETICAL.value,
            "Hypothetical",
            "Held in an imagined case that the words treat as not real.",
            "“‘Had I been minister, I would have kept the line,’ she said.”",
            "“‘I would like the line to stay,’ she said.” – a polite way of asserting",
            hotkey="3",
        ),
    ),
)

INTENSITY = Field(
    "stance.intensity",
    "Intensity",
    "How strongly the words, not the voice or the person, take the side. Never with neutral or unclear.",
    (
        _value(
            "1",
            "Weak",
            "Softened: doubts, reservations, leanings, faint praise.",
            "“‘I have some doubts about the levy,’ she said.”",
            "“‘I oppose the levy,’ she said.” – not softened, so 2",
            hotkey="1",
        ),
        _value(
            "2",
            "Plain",
            "Neither softened nor sharpened.",
            "“‘I oppose the levy,’ she said.”",
            "“‘I will fight this levy to the last,’ she said.” – sharpened, so 3",
            hotkey="2",
        ),
        _value(
            "3",
            "Strong",
            "Sharpened: absolute terms, invective, a fight or a sacrifice announced.",
            "“‘I will fight this levy to the last,’ she said.”",
            "“‘I oppose the levy,’ she shouted.” – loud voice, plain words",
            hotkey="3",
        ),
    ),
    optional=True,
)

FIDELITY = Field(
    "stance.fidelity",
    "Fidelity",
    "How close the evidence is to what the holder said.",
    (
        _value(
            Fidelity.VERBATIM.value,
            "Verbatim",
            "The holder’s own words, in quotation marks.",
            "“‘This levy must go,’ she said.”",
            "“She said the levy must go.” – reported without quotation marks",
            hotkey="1",
        ),
        _value(
            Fidelity.CLOSE.value,
            "Close report",
            "Reported speech that could be turned back into a quotation word for word.",
            "“She said the levy must go.”",
            "“She declared war on the levy.” – the reporter’s image, so interpretive",
            hotkey="2",
        ),
        _value(
            Fidelity.INTERPRETIVE.value,
            "Interpretive",
            "The reporter’s summary, image or label, which the holder need not have used.",
            "“She declared war on the levy.”",
            "“‘I declare war on this levy,’ she said.” – her own image, so verbatim",
            hotkey="3",
        ),
    ),
    optional=True,
)

VALID_ON = Field(
    "stance.valid_on",
    "Valid on",
    "The day on which the position was held, where the words report an earlier day than the article’s.",
    (),
    optional=True,
)

FIELDS = (POSITION, TARGET_KIND, EXPLICITNESS, MODALITY, INTENSITY, FIDELITY, FRAMES, VALID_ON)
