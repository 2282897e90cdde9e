"""Attributions: modes after PolNeAR, types of cue after PARC 3 and PDTB 2."""

from functools import partial

from annotator.domain.attribution import CueType, Flag, Mode
from annotator.domain.codebook.fields import Field, Value

# The token "quote" is a tint to set text on; a label or an underline in it could not be read.
_value = partial(Value, colour="accent")

MODE = Field(
    "attribution.mode",
    "Mode",
    "How much of the content the article presents as the source’s own words. Quotation marks around a title, a name or "
    "a term that the author keeps at a distance (scare quotes) do not count.",
    (
        _value(
            Mode.DIRECT.value,
            "Direct",
            "All of the content stands in quotation marks.",
            "“‘We will not sign,’ Calloway said.”",
            "“Calloway said the plan was ‘reckless’ and unfunded.” – only one word is quoted",
            hotkey="1",
        ),
        _value(
            Mode.INDIRECT.value,
            "Indirect",
            "None of the content stands in quotation marks.",
            "“Calloway said the city would not sign.”",
            "“Calloway said the city ‘will never’ sign.” – part is quoted, so mixed",
            hotkey="2",
        ),
        _value(
            Mode.MIXED.value,
            "Mixed",
            "Part of the content stands in quotation marks and part does not.",
            "“Calloway said the plan was ‘reckless’ and unfunded.”",
            "“Calloway said the ‘Clean Harbours’ plan was unfunded.” – quotes around a title only",
            hotkey="3",
        ),
    ),
)

CUE_TYPE = Field(
    "attribution.cue_type",
    "Type of cue",
    "What the cue word makes the source do with the content.",
    (
        _value(
            CueType.COMMUNICATION.value,
            "Communication",
            "The source utters it: say, write, announce, ask, warn, deny, according to.",
            "“Calloway said the levy had failed.”",
            "“Calloway believes the levy will fail.” – held in mind, not uttered",
            hotkey="1",
        ),
        _value(
            CueType.BELIEF.value,
            "Belief",
            "The source holds it true or likely, and the text does not vouch for it: believe, think, expect, suspect, "
            "doubt.",
            "“Calloway thinks the levy has failed.”",
            "“Calloway knew the levy had failed.” – taken as true, so knowledge",
            hotkey="2",
        ),
        _value(
            CueType.KNOWLEDGE.value,
            "Knowledge",
            "The source knows, learns or remembers it, and the text thereby takes it as true: know, realise, find, "
            "forget, regret.",
            "“Calloway realised the levy had failed.”",
            "“Calloway is convinced the levy failed.” – the text does not vouch",
            hotkey="3",
        ),
        _value(
            CueType.COMMITMENT.value,
            "Commitment",
            "The source binds itself or another to do it or leave it: vow, promise, agree, refuse, order, threaten.",
            "“Calloway vowed to repeal the levy.”",
            "“Calloway hopes to repeal the levy.” – a wish that binds nobody",
            hotkey="4",
        ),
        _value(
            CueType.ATTITUDE.value,
            "Attitude",
            "The source wishes, fears, welcomes or deplores it, without asserting it or binding anybody: want, hope, "
            "fear, welcome, protest.",
            "“Calloway fears that the levy will drive ships away.”",
            "“Calloway vowed to repeal the levy.” – she binds herself, so commitment",
            hotkey="5",
        ),
    ),
)

FLAGS = Field(
    "attribution.flags",
    "Oddities in print",
    "What is odd in the text as printed; any number of them. The text itself is never repaired.",
    (
        _value(
            Flag.UNCLOSED_QUOTE.value,
            "Quotation never closed",
            "A quotation mark opens and none closes it.",
            "“‘We will fight on, she said, and left the hall.”",
            "“‘We will fight on.¶‘And we will win,’ she said.” – reopened paragraphs need no close",
            hotkey="1",
        ),
        _value(
            Flag.UNOPENED_QUOTE.value,
            "Quotation never opened",
            "A quotation mark closes and none opened it.",
            "“She said the levy was dead on arrival’ and left the hall.”",
            "“She said the dockers’ levy was dead.” – an apostrophe, no quotation mark",
            hotkey="2",
        ),
        _value(
            Flag.QUOTE_CLOSED_EARLY.value,
            "Quotation closed too early",
            "The closing mark stands before the end of what is plainly still the source’s own wording.",
            "“‘We will challenge it’ in court if we have to, she said.”",
            "“‘We will fight,’ she said, adding that costs would rise.” – indirect speech, so mode mixed",
            hotkey="3",
        ),
        _value(
            Flag.CONTINUED_WITHOUT_CUE.value,
            "Carried on without a cue",
            "The quotation goes on in a later sentence or paragraph that names neither source nor cue again.",
            "“‘We will fight,’ she said.¶‘The port is ours.’”",
            "“‘We will fight,’ she said, ‘and we will win.’” – one sentence around its cue",
            hotkey="4",
        ),
        _value(
            Flag.CUE_MISSING_IN_SOURCE.value,
            "Cue missing in print",
            "The sentence needs a speech verb that the print has lost; the cue stays empty.",
            "“‘We will fight,’ Calloway the Selden Courier on Friday.”",
            "“‘We will fight.’ Calloway left the hall.” – the grammar lacks no word",
            hotkey="5",
        ),
        _value(
            Flag.SOURCE_TYPO.value,
            "Misprint",
            "The attributed words are misprinted so that they do not read as meant.",
            "“‘We will to surrender the port,’ she said.”",
            "“‘We ain’t giving up the port,’ she said.” – dialect, printed as spoken",
            hotkey="6",
        ),
        _value(
            Flag.BRACKETED_INSERTION.value,
            "Insertion in brackets",
            "The newsroom put words of its own into the quotation, in round or square brackets.",
            "“‘They (the ministers) never called,’ she said.”",
            "“‘They never called,’ she said (the ministry disagrees).” – stands outside the quotation",
            hotkey="7",
        ),
        _value(
            Flag.SCOPE_UNCERTAIN.value,
            "Extent uncertain",
            "The text does not settle where the content begins or ends; the span is the best reading.",
            "“The port will close, Calloway said. The shipyard will follow.”",
            "“Calloway said the port and the shipyard will close.” – one clause bounds the content",
            hotkey="8",
        ),
        _value(
            Flag.INTERPRETIVE_PARAPHRASE.value,
            "Interpretive paraphrase",
            "The reporting words say more, less or other than the source can be supposed to have said.",
            "“Calloway vowed to bring the ministry to its knees.”",
            "“Calloway vowed to vote against the ministry’s bill.” – plain report, nothing added",
            hotkey="9",
        ),
        _value(
            Flag.TITLE_QUOTES_ONLY.value,
            "Only a title in quotation marks",
            "The only quotation marks stand around a title, a name or a term and quote nobody.",
            "“Calloway praised the ‘Clean Harbours’ programme.”",
            "“Calloway praised a programme ‘worth every penny’.” – her own words are quoted",
            hotkey="t",
        ),
    ),
)

FIELDS = (MODE, CUE_TYPE, FLAGS)
