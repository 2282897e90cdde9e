"""Mentions, after ACE 2005; the types NORP, EVENT, LAW and WORK after OntoNotes 5. Subtypes are in ``subtypes``."""

from functools import partial

from annotator.domain.codebook.fields import Field, Value
from annotator.domain.codebook.subtypes import SUBTYPE
from annotator.domain.mention import EntityType, GpeRole, Level, MentionClass, NoEntityReason

_value = partial(Value, colour="entity")

TYPE = Field(
    "mention.type",
    "Type",
    "What the words mean here, in this sentence. The same name can be a building in one sentence and an "
    "organisation in the next.",
    (
        _value(
            EntityType.PERSON.value,
            "Person",
            "A human being, or several taken together, whether named, described or meant by a pronoun.",
            "“[Ines Calloway], the mayor of Port Selden, walked out.”",
            "“The [Calloway administration] will appeal.” – an organisation, not its head",
            hotkey="1",
        ),
        _value(
            EntityType.ORGANISATION.value,
            "Organisation",
            "A body with members and an established structure that can act or speak in its own name: a ministry, "
            "party, court, newspaper, firm, union, club.",
            "“The [Ministry of Transport] denied the report.”",
            "“Reporters waited outside the [Ministry of Transport].” – the building, so FAC",
            hotkey="2",
        ),
        _value(
            EntityType.GEOPOLITICAL.value,
            "Geopolitical entity",
            "A country, region, district or town that has both a population and a government of its own, also when "
            "its name stands for that government or those people: say which with the role.",
            "“[Port Selden] sued the ministry.”",
            "“The [Maravelian] ambassador was called in.” – adjective of nationality, so NORP",
            hotkey="3",
        ),
        _value(
            EntityType.LOCATION.value,
            "Location",
            "A place with no government of its own: a continent, sea, river, mountain range, coast or loosely bounded "
            "region.",
            "“Floods spread along the [Tarn valley].”",
            "“Polls closed early in [Westmoor District].” – it has its own government",
            hotkey="4",
        ),
        _value(
            EntityType.FACILITY.value,
            "Facility",
            "Something built: a building, bridge, road, airport, harbour, camp, meant as the structure that one "
            "enters, uses or damages.",
            "“Hundreds gathered outside [Brenfield General Hospital].”",
            "“[Brenfield General Hospital] said it would appeal.” – the institution speaks, so ORG",
            hotkey="5",
        ),
        _value(
            EntityType.GROUP.value,
            "Nationality or group",
            "A nationality, religion or political persuasion, as an adjective or as the people who share it; no "
            "structured body acts.",
            "“Most [Lutherans] in Westmoor are against the plan.”",
            "“The [Conservative Party] chose a new leader.” – the party itself, so ORG",
            hotkey="6",
        ),
        _value(
            EntityType.EVENT.value,
            "Event",
            "A happening known by a name of its own: an election, war, summit, strike, storm or demonstration.",
            "“Support for the party collapsed after the [Great Dock Strike].”",
            "“She called [Tuesday’s strike] a mistake.” – described, but bears no name",
            hotkey="7",
        ),
        _value(
            EntityType.LAW.value,
            "Law",
            "A legal text under its name: a constitution, act, treaty, regulation or ordinance, and a bill that is to "
            "become one.",
            "“The [Harbour Fees Act] takes effect in May.”",
            "“She promised [a law against dumping].” – no particular text is named",
            hotkey="8",
        ),
        _value(
            EntityType.WORK.value,
            "Work",
            "The title of a work: a book, song, film, broadcast, report, manifesto or speech.",
            "“He repeated the charge in his memoir, [A Tide Turned].”",
            "“The [Selden Courier] first reported the leak.” – the newspaper as publisher, ORG",
            hotkey="9",
        ),
    ),
)

LEVEL = Field(
    "mention.level",
    "Level",
    "What kind of words do the mentioning; decided by the head of the phrase.",
    (
        _value(
            Level.NAME.value,
            "Name",
            "The head is a proper name or its abbreviation, with or without a title.",
            "“[Mayor Calloway] declined.”",
            "“[The mayor] declined.” – a title without a name",
            hotkey="1",
        ),
        _value(
            Level.NOMINAL.value,
            "Noun phrase",
            "The head is a common noun.",
            "“[The mayor of Port Selden] declined.”",
            "“[Mayor Calloway] declined.” – the name is the head",
            hotkey="2",
        ),
        _value(
            Level.PRONOUN.value,
            "Pronoun",
            "The head is a pronoun: personal, possessive, relative, demonstrative or indefinite.",
            "“The mayor said [she] would appeal.”",
            "“[This mayor] will not sign.” – the head is a noun",
            hotkey="3",
        ),
    ),
)

CLASS = Field(
    "mention.class",
    "Class",
    "Whether the words pick somebody or something out, and how.",
    (
        _value(
            MentionClass.SPECIFIC.value,
            "Specific",
            "A particular entity, whether or not the reader learns which: one could in principle point at it.",
            "“[A man] was arrested at the harbour gate.”",
            "“[Any mayor] would have refused.” – no particular mayor is meant",
            hotkey="1",
        ),
        _value(
            MentionClass.UNDERSPECIFIED.value,
            "Underspecified",
            "Some of a kind, but the words do not settle which or exactly how many, or whether there are any.",
            "“[Several mayors] have refused.”",
            "“[Mayors] serve for five years.” – the whole class, so GEN",
            hotkey="2",
        ),
        _value(
            MentionClass.GENERIC.value,
            "Generic",
            "A kind as such: what is said holds of its members in general.",
            "“[Mayors] serve for five years.”",
            "“[The mayors] met on Friday.” – particular mayors, so SPC",
            hotkey="3",
        ),
        _value(
            MentionClass.NEGATED.value,
            "Negated",
            "The phrase itself says that there is none of the kind.",
            "“[No minister] attended.”",
            "“[The minister] did not attend.” – the verb is negated",
            hotkey="4",
        ),
    ),
)

NO_ENTITY_REASON = Field(
    "mention.no_entity_reason",
    "Why no entity",
    "Why the mention is linked to no record. Given only where it is linked to none.",
    (
        _value(
            NoEntityReason.UNKNOWN.value,
            "Unknown",
            "A particular entity is meant, but neither the text nor common knowledge tells which.",
            "“[A senior official] said the deal was dead.”",
            "“[The mayor of Port Selden] said it was dead.” – her office identifies her",
            hotkey="1",
        ),
        _value(
            NoEntityReason.GROUP.value,
            "Loose group",
            "A loose set of people or things that nobody would keep a record of.",
            "“[Residents on the quay] cheered.”",
            "“[The Quay Residents’ Association] cheered.” – a body: make a record",
            hotkey="2",
        ),
        _value(
            NoEntityReason.GENERIC.value,
            "Generic",
            "A kind is meant and no member of it; as a rule the class is GEN.",
            "“[Harbour cities] live on trade.”",
            "“[Three harbour cities] signed the letter.” – particular cities, so unknown",
            hotkey="3",
        ),
        _value(
            NoEntityReason.AMBIGUOUS.value,
            "Ambiguous",
            "Two or more known entities fit, and the text does not decide between them.",
            "“Arden met his brother. [He] later denied it.”",
            "“[An adviser] later denied it.” – no candidates to choose between",
            hotkey="4",
        ),
    ),
)

ROLE = Field(
    "mention.role",
    "Role of the place name",
    "Which side of a geopolitical entity the sentence speaks of. For the type GPE only.",
    (
        _value(
            GpeRole.WHOLE.value,
            "The whole",
            "Land, people and government together, or none of them singled out.",
            "“She was born in the year [Maravel] became a republic.”",
            "“[Maravel] vetoed the treaty.” – the government acts, so ORG",
            hotkey="1",
        ),
        _value(
            GpeRole.PLACE.value,
            "Place",
            "The territory: where something is, happens or goes.",
            "“The ferry reached [Port Selden] at noon.”",
            "“[Port Selden] sued the ministry.” – a place cannot sue",
            hotkey="2",
        ),
        _value(
            GpeRole.GOVERNMENT.value,
            "Government",
            "Those who decide and act in its name.",
            "“[Port Selden] sued the ministry.”",
            "“[Port Selden] mourned its drowned sailors.” – the inhabitants mourn, so PER",
            hotkey="3",
        ),
        _value(
            GpeRole.PEOPLE.value,
            "People",
            "Those who live there.",
            "“[Port Selden] mourned its drowned sailors.”",
            "“[Port Selden] raised its harbour fees.” – the council decides, so ORG",
            hotkey="4",
        ),
    ),
)

FIELDS = (TYPE, SUBTYPE, LEVEL, CLASS, NO_ENTITY_REASON, ROLE)
