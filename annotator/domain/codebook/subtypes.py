"""Subtypes of persons and organisations."""

from functools import partial

from annotator.domain.codebook.fields import Field, Value
from annotator.domain.mention import EntityType

_person = partial(Value, colour="entity", parent=EntityType.PERSON.value)
_organisation = partial(Value, colour="entity", parent=EntityType.ORGANISATION.value)

SUBTYPE = Field(
    "mention.subtype",
    "Subtype",
    "What kind of person or organisation it is. Leave it empty where the text does not tell and you do not know.",
    (
        _person(
            "individual",
            "Individual",
            "Exactly one human being.",
            "“[The transport minister] resigned.”",
            "“[The two ministers] resigned together.” – two people, so a group",
            hotkey="i",
        ),
        _person(
            "group",
            "Group",
            "Several human beings taken together, without the structure of an organisation.",
            "“[Hundreds of dockers] marched to the harbour.”",
            "“[The Dockers’ Union] marched to the harbour.” – a structured body, so ORG",
            hotkey="g",
        ),
        _organisation(
            "government",
            "Government",
            "A body of the state that makes, decides or administers policy, at any level: a cabinet, ministry, agency, "
            "council, parliament, the armed forces.",
            "“[The city council] adjourned.”",
            "“[The Supreme Court] struck the levy down.” – state body, but a court",
            hotkey="1",
        ),
        _organisation(
            "party",
            "Party",
            "An organisation that puts up candidates for public office, with its branches, committees, parliamentary "
            "groups and youth wings.",
            "“[The Civic Alliance] nominated her in March.”",
            "“[The Taxpayers’ League] endorsed her.” – endorses, but fields no candidates",
            hotkey="2",
        ),
        _organisation(
            "media",
            "Media",
            "A newspaper, broadcaster, news agency or news site, as the body that publishes.",
            "“[Radio Selden] broadcast the debate.”",
            "“[The ministry’s press office] issued a correction.” – part of a government body",
            hotkey="3",
        ),
        _organisation(
            "court",
            "Court",
            "A court or tribunal whose judgments bind in law.",
            "“[The Court of Appeal] reopened the case.”",
            "“[The parliamentary ethics committee] cleared him.” – its findings bind nobody",
            hotkey="4",
        ),
        _organisation(
            "police",
            "Police",
            "A public force with the power to detain people: police, border guard, prison service, and their units.",
            "“[The Westmoor constabulary] made two arrests.”",
            "“[Shield Security] guarded the hall.” – a firm without public powers",
            hotkey="5",
        ),
        _organisation(
            "ngo",
            "Civil society",
            "A non-profit body, independent of the state, that works for a cause: a charity, campaign, think tank or "
            "residents’ association.",
            "“[Friends of the Tarn] collected 9,000 signatures.”",
            "“[The Dockers’ Union] called for calm.” – bargains for workers, so union",
            hotkey="6",
        ),
        _organisation(
            "union",
            "Trade union",
            "A body that bargains for employees over pay and conditions, or a federation of such bodies.",
            "“[The Dockers’ Union] balloted its members.”",
            "“[The Shipowners’ Association] called for calm.” – speaks for employers, so business",
            hotkey="7",
        ),
        _organisation(
            "business",
            "Business",
            "A firm that trades for profit, or an association of firms or employers.",
            "“[Northlight Shipping] threatened to leave the port.”",
            "“[The State Harbour Authority] raised its fees.” – an agency of the state",
            hotkey="8",
        ),
        _organisation(
            "education",
            "Education and research",
            "A school, university, research institute or the like, as a body.",
            "“[The University of Selden] published the figures.”",
            "“[The Ministry of Education] closed two schools.” – a ministry, so government",
            hotkey="9",
        ),
        _organisation(
            "religious",
            "Religious body",
            "A church, congregation, order or council of a faith, as a body.",
            "“[The Diocese of Brenfield] opened its halls to the evacuees.”",
            "“[Lutherans] in Westmoor are against the plan.” – believers, not their church",
            hotkey="r",
        ),
        _organisation(
            "other",
            "Other organisation",
            "An organisation whose nature is known and which no other subtype fits: a sports club, a body of several "
            "states.",
            "“[The Conference of Coastal States] meets in June.”",
            "“[A body called Clear Water] paid for the posters.” – nature unknown: leave subtype empty",
            hotkey="o",
        ),
    ),
    open=True,
)
