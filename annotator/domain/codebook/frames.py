"""The frames of the Policy Frames Codebook (Boydstun, Gross, Resnik & Smith 2013)."""

from functools import partial

from annotator.domain.codebook.fields import Field, Value

_value = partial(Value, colour="ink-2")

FRAMES = Field(
    "stance.frames",
    "Frames",
    "The considerations on which the words rest the position; any number of them. Code what the words bring "
    "up, not what the issue is about.",
    (
        _value(
            "economic",
            "Economic",
            "Costs, benefits, jobs, prices, budgets: money gained or lost by anyone.",
            "“The levy will cost the port 400 jobs.”",
            "“There are too few inspectors to collect it.” – lack of staff, so capacity",
            hotkey="1",
        ),
        _value(
            "capacity_and_resources",
            "Capacity and resources",
            "Whether there are enough people, places, means or time to do it.",
            "“There are too few inspectors to collect it.”",
            "“It costs each ship 900 crowns.” – a price, so economic",
            hotkey="2",
        ),
        _value(
            "morality",
            "Morality",
            "Right and wrong by conscience, faith, duty or honour.",
            "“To leave them at sea is a sin.”",
            "“To leave them at sea breaks the treaty.” – a legal rule, so legality",
            hotkey="3",
        ),
        _value(
            "fairness_and_equality",
            "Fairness and equality",
            "Whether groups or persons are treated alike, or rights and burdens shared as they should be.",
            "“A rowing boat pays what a tanker pays.”",
            "“It is wrong to tax a livelihood.” – wrong, but not unequal",
            hotkey="4",
        ),
        _value(
            "legality",
            "Legality and jurisprudence",
            "What constitution, statutes, rights or courts allow, require or forbid, and who is competent.",
            "“The constitution leaves harbours to the cities.”",
            "“Smugglers belong in prison.” – punishing offenders, so crime",
            hotkey="5",
        ),
        _value(
            "policy_prescription",
            "Policy prescription and evaluation",
            "Which measure would solve the problem, and how well present ones work.",
            "“A toll by weight would work better than the levy.”",
            "“He proposed it to win votes.” – tactics, so political",
            hotkey="6",
        ),
        _value(
            "crime_and_punishment",
            "Crime and punishment",
            "Breaking the law, policing, sentences, prisons.",
            "“Smugglers belong in prison.”",
            "“The court annulled the levy.” – a ruling, so legality",
            hotkey="7",
        ),
        _value(
            "security_and_defense",
            "Security and defence",
            "Threats to a nation, community or person from enemies, and protection against them.",
            "“An unguarded harbour invites sabotage.”",
            "“Open hatches injure dockers every week.” – accidents, so health and safety",
            hotkey="8",
        ),
        _value(
            "health_and_safety",
            "Health and safety",
            "Illness, injury, accidents, care, sanitation, a safe environment.",
            "“Open hatches injure dockers every week.”",
            "“Without the train my mother cannot visit.” – everyday comfort, so quality of life",
            hotkey="9",
        ),
        _value(
            "quality_of_life",
            "Quality of life",
            "How people get through their days: comfort, mobility, neighbourhood, time, happiness.",
            "“Without the train my mother cannot visit.”",
            "“Without the train the shops will close.” – lost trade, so economic",
            hotkey="l",
        ),
        _value(
            "cultural_identity",
            "Cultural identity",
            "The customs, values and self-image of a people or group.",
            "“We are a seafaring people; the harbour is who we are.”",
            "“Our faith commands us to take them in.” – religious duty, so morality",
            hotkey="i",
        ),
        _value(
            "public_opinion",
            "Public opinion",
            "What the public thinks or shows that it wants: polls, petitions, protest.",
            "“Seven in ten want the line kept.”",
            "“Our delegates voted to keep the line.” – inside a party, so political",
            hotkey="o",
        ),
        _value(
            "political",
            "Political",
            "Parties, elections, careers, bargains and tactics: politics as a game for power.",
            "“He proposed it to win votes.”",
            "“Seven in ten want the line kept.” – the public, not the parties",
            hotkey="p",
        ),
        _value(
            "external_regulation",
            "External regulation and reputation",
            "Relations with other countries or jurisdictions, and standing in their eyes.",
            "“Our neighbours will close their ports to us.”",
            "“Foreign warships could dock here.” – a threat, so security",
            hotkey="r",
        ),
        _value(
            "other",
            "Other",
            "A consideration that none of the others covers.",
            "“Nobody can even pronounce the levy’s name.”",
            "“The levy costs jobs and is unjust.” – two frames: give both",
            hotkey="t",
        ),
    ),
    optional=True,
    open=True,
)
