"""Claims: kinds after Full Fact, check-worthiness after ClaimBuster, certainty after FactBank."""

from functools import partial

from annotator.domain.claim import Certainty, CheckWorthiness, ClaimKind, Comparator, Time
from annotator.domain.codebook.fields import Field, Value

_value = partial(Value, colour="claim")

CLAIM_KIND = Field(
    "claim.claim_kind",
    "Kind of claim",
    "What one would have to look up to check it. Decide by the core of what is asserted: a number in the "
    "sentence does not make it a quantity. A compound sentence is several claims.",
    (
        _value(
            ClaimKind.QUANTITY.value,
            "Quantity",
            "How many, how much or how often, in the past or now.",
            "“The port handled 3 million tonnes last year.”",
            "“The port will handle 3 million tonnes.” – lies ahead, so a prediction",
            hotkey="1",
        ),
        _value(
            ClaimKind.EVENT.value,
            "Event or state",
            "Something happened, was done, or has been so; no number, cause, comparison or rule at its core.",
            "“The council rejected the levy on Monday.”",
            "“The council may not levy fees on ships.” – what is allowed, so rule",
            hotkey="2",
        ),
        _value(
            ClaimKind.PREDICTION.value,
            "Prediction",
            "What will or would come about, without the claimant undertaking to bring it about.",
            "“The levy will drive ships away.”",
            "“We will drive the speculators out.” – her own undertaking, a promise",
            hotkey="3",
        ),
        _value(
            ClaimKind.PROMISE.value,
            "Promise",
            "The claimant undertakes, personally or for the body represented, to do something or to leave it.",
            "“‘We will reopen the line by May,’ the minister said.”",
            "“‘The ministry will reopen the line,’ Calloway guessed.” – another’s act, so a prediction",
            hotkey="4",
        ),
        _value(
            ClaimKind.CAUSAL.value,
            "Cause or link",
            "One thing brings about, prevents or goes together with another.",
            "“The levy drove ships to Northaven.”",
            "“After the levy, ships went to Northaven.” – sequence only, no cause asserted",
            hotkey="5",
        ),
        _value(
            ClaimKind.COMPARISON.value,
            "Comparison",
            "How things, places or times rank or differ: more than, the first, a record, unlike.",
            "“Our harbour is the busiest on the coast.”",
            "“More than 3 million tonnes passed through.” – a bound on a quantity",
            hotkey="6",
        ),
        _value(
            ClaimKind.RULE.value,
            "Law or rule",
            "What a law, procedure or standing practice allows, requires or forbids.",
            "“Police need a warrant to board a ship.”",
            "“Police should need a warrant to board a ship.” – a demand, so a stance",
            hotkey="7",
        ),
        _value(
            ClaimKind.DEFINITION.value,
            "Definition",
            "What a term means or what counts as a thing of that name.",
            "“A free port is a port without customs duties.”",
            "“Port Selden became a free port in 1904.” – uses the term, defines nothing",
            hotkey="8",
        ),
        _value(
            ClaimKind.QUOTE.value,
            "What somebody said",
            "The claim is that somebody said or wrote something, and the saying is the point.",
            "“‘In March he called the dockers lazy,’ Calloway told the hall.”",
            "“‘The dockers are lazy,’ the minister said.” – ordinary quoting, so an attribution",
            hotkey="9",
        ),
        _value(
            ClaimKind.EXPERIENCE.value,
            "Personal experience",
            "What the claimant has lived through or seen, to be checked at most by asking witnesses.",
            "“I waited nine hours in that hospital.”",
            "“Patients wait nine hours in that hospital.” – a general figure, so quantity",
            hotkey="p",
        ),
        _value(
            ClaimKind.OPINION.value,
            "Opinion",
            "A value judgement in the dress of a fact: nothing one could look up would show it wrong. Always NFS.",
            "“This is the most shameful bill in years.”",
            "“This is the longest bill in years.” – can be measured: a comparison",
            hotkey="o",
        ),
        _value(
            ClaimKind.OTHER.value,
            "Other",
            "It can be checked and is of none of the other kinds: kinship, ownership, authorship, where a thing is.",
            "“The minister and the shipowner are cousins.”",
            "“‘Who is going to pay for all this?’ she asked.” – a question, asserts nothing",
            hotkey="t",
        ),
    ),
)

CHECK_WORTHINESS = Field(
    "claim.check_worthiness",
    "Check-worthiness",
    "Whether it is a matter of fact at all, and if so, whether the public has an interest in knowing if it is true.",
    (
        _value(
            CheckWorthiness.NOT_FACTUAL.value,
            "Not factual",
            "A feeling, wish, opinion or open question: there is no fact of the matter.",
            "“‘I believe in this city,’ she said.”",
            "“‘I believe the city spent 4 million,’ she said.” – a checkable figure, merely hedged",
            hotkey="1",
            colour="neutral",
        ),
        _value(
            CheckWorthiness.UNIMPORTANT.value,
            "Factual, unimportant",
            "It could be checked, but nobody’s judgement of public affairs depends on it.",
            "“The session began at nine.”",
            "“The vote was held behind closed doors.” – public business, so check-worthy",
            hotkey="2",
            colour="neutral",
        ),
        _value(
            CheckWorthiness.CHECK_WORTHY.value,
            "Check-worthy",
            "It could be checked, and readers would judge a person, party or policy differently if it were false.",
            "“Unemployment in Westmoor has doubled since the yard closed.”",
            "“‘We met the shipowners on a Tuesday,’ she said.” – checkable, but nothing hangs on it",
            hotkey="3",
        ),
    ),
)

CERTAINTY = Field(
    "claim.certainty",
    "Certainty",
    "How firmly the claimant (not the author, not you) commits to what is claimed, and in which direction. Mark the "
    "words that weaken it as hedges.",
    (
        _value(
            Certainty.CERTAIN.value,
            "Certain",
            "Put forward as so.",
            "“The line lost money.”",
            "“The line could certainly lose money.” – “could” leaves it possible",
            hotkey="1",
        ),
        _value(
            Certainty.CERTAINLY_NOT.value,
            "Certainly not",
            "Put forward as not so.",
            "“The line never lost money.”",
            "“The line is unlikely to have lost money.” – unlikely, so PR-",
            hotkey="2",
        ),
        _value(
            Certainty.PROBABLE.value,
            "Probable",
            "Put forward as more likely than not: probably, likely, expected to, should.",
            "“The line probably lost money.”",
            "“The line might have lost money.” – possible only, so PS+",
            hotkey="3",
        ),
        _value(
            Certainty.PROBABLY_NOT.value,
            "Probably not",
            "Put forward as less likely than not: unlikely, hardly, doubtful.",
            "“The line is unlikely to have lost money.”",
            "“The line might not have lost money.” – left open, so PS-",
            hotkey="4",
        ),
        _value(
            Certainty.POSSIBLE.value,
            "Possible",
            "Put forward as something that may be so: may, might, could, perhaps.",
            "“The line could lose even 3 million.”",
            "“The line is expected to lose 3 million.” – more than possible: PR+",
            hotkey="5",
        ),
        _value(
            Certainty.POSSIBLY_NOT.value,
            "Possibly not",
            "Put forward as something that may not be so.",
            "“The line might not survive the winter.”",
            "“The line may not carry freight under its licence.” – a ban, not a doubt",
            hotkey="6",
        ),
        _value(
            Certainty.UNDERSPECIFIED.value,
            "Underspecified",
            "The claimant does not commit either way: asks, leaves open, or names it without saying whether it is so.",
            "“Calloway asked whether the line was losing money.”",
            "“Calloway doubts that the line is losing money.” – leans to no, so PR-",
            hotkey="7",
        ),
    ),
)

TIME = Field(
    "claim.time",
    "Time",
    "When what is claimed is said to be so, seen from the utterance. The grammatical tense does not decide.",
    (
        _value(
            Time.PAST.value,
            "Past",
            "Over by the time of the utterance.",
            "“The line carried 9,000 passengers in 2029.”",
            "“The minister said the line was losing money.” – past tense, but then current",
            hotkey="1",
        ),
        _value(
            Time.PRESENT.value,
            "Present",
            "So at the time of the utterance, or at all times.",
            "“The line loses money.”",
            "“The line closes in May.” – present tense, future event",
            hotkey="2",
        ),
        _value(
            Time.FUTURE.value,
            "Future",
            "Yet to come at the time of the utterance. Promises and predictions are never past.",
            "“The line closes in May.”",
            "“Until last year the line was to close.” – a plan of the past",
            hotkey="3",
        ),
    ),
)

COMPARATOR = Field(
    "claim.comparator",
    "Comparator",
    "How a quantity’s number is meant. The number goes into the low bound for eq, approx, gt and ge, into the "
    "high bound for lt and le; a range has both.",
    (
        _value(
            Comparator.EQUAL.value,
            "Exactly",
            "The number as it stands, with nothing that loosens it.",
            "“The levy is [900 crowns] a ship.”",
            "“The levy is [about 900 crowns] a ship.” – loosened, so approx",
            hotkey="1",
        ),
        _value(
            Comparator.APPROXIMATE.value,
            "About",
            "Somewhere near the number, above or below: about, some, nearly, roughly, around.",
            "“[About 40 ships] turned back.”",
            "“[More than 40 ships] turned back.” – a lower bound, so gt",
            hotkey="2",
        ),
        _value(
            Comparator.GREATER.value,
            "More than",
            "Above the number, which itself is excluded: more than, over, exceeding.",
            "“[More than 40 ships] turned back.”",
            "“[At least 40 ships] turned back.” – 40 itself counts: ge",
            hotkey="3",
        ),
        _value(
            Comparator.AT_LEAST.value,
            "At least",
            "The number or more: at least, no fewer than, from … upwards.",
            "“[At least 40 ships] turned back.”",
            "“[Over 40 ships] turned back.” – 40 itself is excluded: gt",
            hotkey="4",
        ),
        _value(
            Comparator.LESS.value,
            "Less than",
            "Below the number, which itself is excluded: less than, fewer than, under.",
            "“[Fewer than 40 ships] turned back.”",
            "“[Up to 40 ships] turned back.” – 40 itself counts: le",
            hotkey="5",
        ),
        _value(
            Comparator.AT_MOST.value,
            "At most",
            "The number or less: at most, up to, no more than.",
            "“[Up to 40 ships] turned back.”",
            "“[Nearly 40 ships] turned back.” – near it, so approx",
            hotkey="6",
        ),
        _value(
            Comparator.RANGE.value,
            "Between",
            "Between two numbers, both of which are given.",
            "“[Between 30 and 40 ships] turned back.”",
            "“[30 ships] turned back, later [10 more].” – two quantities, no range",
            hotkey="7",
        ),
    ),
)

FIELDS = (CLAIM_KIND, CHECK_WORTHINESS, CERTAINTY, TIME, COMPARATOR)
