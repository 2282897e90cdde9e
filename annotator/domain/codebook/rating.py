"""The three scales on which a proposition of the claim register is assessed."""

from functools import partial

from annotator.domain.codebook.fields import Field, Value
from annotator.domain.register import UNVERIFIABLE, Scale

_good = partial(Value, colour="support")
_between = partial(Value, colour="mixed")
_bad = partial(Value, colour="oppose")
_none = partial(Value, colour="neutral")

FACTS = Field(
    f"rating.{Scale.FACTS.value}",
    "Facts",
    "How far a statement of fact agrees with the best evidence at the as-of date. Never used for a promise.",
    (
        _good(
            "true",
            "True",
            "It agrees with the evidence, and nothing that matters is left out.",
            "“The port handled 3 million tonnes.” The register says 3.0 million.",
            "“The port handled 3 million tonnes.” The register says 2.8 million. – detail off, so mostly true",
            hotkey="5",
            score=5,
        ),
        _good(
            "mostly_true",
            "Mostly true",
            "Its point holds; a detail is wrong or needs explaining.",
            "“The port handled 3 million tonnes.” The register says 2.8 million.",
            "“The port grew by half.” It grew by a quarter. – half its point fails",
            hotkey="4",
            score=4,
        ),
        _between(
            "half_true",
            "Half true",
            "A substantial part holds and a substantial part does not.",
            "“Tonnage and jobs both rose.” Tonnage rose, jobs fell.",
            "“Tonnage rose.” It did, thanks to one ship. – accurate: context is missing",
            hotkey="3",
            score=3,
        ),
        _bad(
            "mostly_false",
            "Mostly false",
            "There is a grain of truth in it, but its point does not hold.",
            "“The port is dying.” Tonnage fell one per cent in one year of ten.",
            "“The port closed in May.” It never closed. – no grain of truth",
            hotkey="2",
            score=2,
        ),
        _bad(
            "false",
            "False",
            "The evidence contradicts it.",
            "“The port closed in May.” It never closed.",
            "“The port closed in May.” No record survives. – unproven, so unverifiable",
            hotkey="1",
            score=1,
        ),
        _between(
            "misleading",
            "Misleading",
            "Each word may be right, but it is put so that readers will conclude something false.",
            "“No ship sank under my watch.” None sank under anybody’s.",
            "“Two ships sank under her watch.” One sank. – simply wrong, so half true",
            hotkey="m",
        ),
        _between(
            "missing_context",
            "Missing context",
            "Right as it stands, but not to be judged without a fact that it leaves out; no false conclusion is urged.",
            "“The levy raised 4 million.” Collecting it cost 3 million.",
            "“So the levy made us 4 million richer.” – urges a falsehood, so misleading",
            hotkey="g",
        ),
        _none(
            "outdated",
            "Outdated",
            "It was right once and no longer is at the as-of date.",
            "“Westmoor has two hospitals.” One closed in January.",
            "“Westmoor has two hospitals.” It always had one. – never right, so false",
            hotkey="o",
        ),
        _none(
            UNVERIFIABLE,
            "Unverifiable",
            "It could be true or false, but the evidence that would decide does not exist or cannot be had. The only "
            "verdict that may be published without evidence.",
            "“Smugglers land here every night.” Nobody keeps a record.",
            "“The bill is a disgrace.” – an opinion: rate nothing",
            hotkey="u",
        ),
        _none(
            "satire",
            "Satire",
            "It was made as a joke and is passed on as if it were meant.",
            "“The mayor has taxed sea air,” from a humour page, shared as news.",
            "“She would tax the sea air,” a rival sneered. – meant as criticism, not humour",
            hotkey="t",
        ),
    ),
)

PROMISES = Field(
    f"rating.{Scale.PROMISES.value}",
    "Promises",
    "What has become of a promise at the as-of date. Used for promises and for nothing else.",
    (
        _none(
            "not_yet_rated",
            "Not yet rated",
            "The promise is on record and nobody has yet looked what became of it.",
            "“We will reopen the line by May,” made yesterday.",
            "Made two years ago; a search found no step. – looked at, so stalled",
            hotkey="1",
        ),
        _between(
            "in_the_works",
            "In the works",
            "Steps towards it have been taken and go on; it may still be kept.",
            "The track is being relaid; the deadline is in May.",
            "The minister said again that she means it. – words are no step",
            hotkey="2",
        ),
        _none(
            "stalled",
            "Stalled",
            "No step has been taken for a long time, or something blocks it; it could still be kept.",
            "The bill has lain in committee since last autumn.",
            "The deadline passed and the line is closed. – cannot be kept, so broken",
            hotkey="3",
        ),
        _good(
            "kept",
            "Kept",
            "What was promised has been done, in full and, where a date was named, by then.",
            "The line reopened on 30 April, as promised by May.",
            "The act that reopens the line was signed. – promised trains, not an act",
            hotkey="4",
            score=3,
        ),
        _between(
            "compromise",
            "Compromise",
            "A substantial part was done, or it was done later or otherwise than promised.",
            "The line reopened in June, for freight alone.",
            "The station was repainted. – nothing substantial was done",
            hotkey="5",
            score=2,
        ),
        _bad(
            "broken",
            "Broken",
            "It was not done and no longer can be: the deadline has passed, or the opposite was done.",
            "The track was torn up in March.",
            "The minister called the promise difficult. – still open until May",
            hotkey="6",
            score=1,
        ),
    ),
)

QUOTES = Field(
    f"rating.{Scale.QUOTES.value}",
    "Quotations",
    "Whether somebody said what they are said to have said. The score ranks the wording alone: genuine words put in "
    "the wrong place or the wrong mouth are off the scale.",
    (
        _good(
            "accurate",
            "Accurate",
            "The person said it, in these words or in words that mean the same, in this context.",
            "“The levy must go”: so the minutes have it.",
            "“The levy must go”: the minutes add “one day”. – shortened in substance, so altered",
            hotkey="1",
            score=3,
        ),
        _between(
            "altered",
            "Altered",
            "The person said something like it, but words were changed, added or dropped so that the meaning differs.",
            "“The levy must go”: the minutes have “must not go too far”.",
            "“Levy must go”: the minutes have “the levy must go”. – same meaning, so accurate",
            hotkey="2",
            score=2,
        ),
        _bad(
            "out_of_context",
            "Out of context",
            "The words are genuine, but what stood around them gave them another meaning.",
            "“The levy must go”: she was reading out an opponent’s letter.",
            "“The levy must go”: the minutes have “may go”. – wording changed, so altered",
            hotkey="3",
        ),
        _bad(
            "misattributed",
            "Misattributed",
            "The words are genuine and somebody else’s.",
            "“The levy must go”: her deputy said it.",
            "“The levy must go”: nobody is on record with it. – no true author, so fabricated",
            hotkey="4",
        ),
        _bad(
            "fabricated",
            "Fabricated",
            "Nobody said it: the words were made up.",
            "“Dockers are vermin”, on a picture that a prankster admits to have made.",
            "“Dockers are vermin”: a junior aide wrote it. – somebody else’s, so misattributed",
            hotkey="5",
            score=1,
        ),
    ),
)

FIELDS = (FACTS, PROMISES, QUOTES)
