"""The short phrases that every letter has, and names for those whose name is not known."""

from dataclasses import dataclass

from contracts.vocabulary import Language, Matter


@dataclass(frozen=True, slots=True)
class Called:
    """What a matter is called, to whoever asked and to others, and how what it is about joins."""

    yours: str
    theirs: str
    about: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """What stands around the news of a letter, in one language; `locale` writes its dates."""

    locale: str
    hello: str
    nobody: str
    desk: str
    somebody: str
    untitled: str
    agreed: str
    questions: str
    why: str
    asked: str
    answer: str
    instead: str
    next_step: dict[str, str]
    see: str
    read: str
    closing: str
    footer: str
    stop: str
    news: str
    message: str
    asks: str
    expected: str
    report: dict[Matter, str]
    called: dict[Matter, Called]


PHRASES: dict[Language, Phrases] = {
    "en": Phrases(
        locale="en_GB",
        hello="Hello",
        nobody="Hello",
        desk="the innovation desk",
        somebody="a colleague",
        untitled="without a title",
        agreed="the agreed date",
        questions="Every idea is asked the same questions",
        why="Why",
        asked="What was asked",
        answer="The answer",
        instead="What can be done instead",
        next_step={
            "accepted": "What happens next",
            "declined": "What would make it a yes",
            "parked": "What would wake it",
        },
        see="See the whole idea in Kiem",
        read="Read it all in Kiem",
        closing="With kind regards,",
        footer="Kiem: every idea gets an answer.",
        stop="No more mails of this kind",
        news="In short",
        message="There is a message for you in Kiem.",
        asks="What we would like to know from you",
        expected="What you expected",
        report={"challenge": "the report of {}", "experiment": "the report of {}"},
        called={
            "challenge": Called(
                "your question to everybody", "{}'s question to everybody", ' "{}"'
            ),
            "experiment": Called("your experiment", "{}'s experiment", ""),
            "tool": Called("the tool", "the tool", " {}"),
            "idea": Called("your idea", "the idea by {}", ' "{}"'),
            "barrier": Called(
                "the barrier that you raised", "the barrier that {} raised", ' about the idea "{}"'
            ),
            "time": Called("your request for time", "{}'s request for time", ' for the idea "{}"'),
            "help": Called("your question for help", "{}'s question for help", " with {}"),
            "appeal": Called("your appeal", "{}'s appeal", ' against the answer to the idea "{}"'),
        },
    ),
    "nl": Phrases(
        locale="nl",
        hello="Hallo",
        nobody="Hallo",
        desk="de ideeënbalie",
        somebody="een collega",
        untitled="zonder titel",
        agreed="de afgesproken datum",
        questions="Deze vragen stellen we bij elk idee",
        why="Waarom",
        asked="Wat er is gevraagd",
        answer="Het antwoord",
        instead="Wat er wel kan",
        next_step={
            "accepted": "Wat er nu gebeurt",
            "declined": "Wat er een ja van zou maken",
            "parked": "Wanneer we er weer naar kijken",
        },
        see="Bekijk het hele idee in Kiem",
        read="Lees alles in Kiem",
        closing="Vriendelijke groet,",
        footer="Kiem: elk idee krijgt antwoord.",
        stop="Dit soort mails niet meer ontvangen",
        news="In het kort",
        message="Er is een bericht voor je in Kiem.",
        asks="Wat we graag van je weten",
        expected="Wat je verwachtte",
        report={"challenge": "het verslag van {}", "experiment": "het verslag van {}"},
        called={
            "challenge": Called("je vraag aan iedereen", "de vraag van {} aan iedereen", ' "{}"'),
            "experiment": Called("je proef", "de proef van {}", ""),
            "tool": Called("het hulpmiddel", "het hulpmiddel", " {}"),
            "idea": Called("je idee", "het idee van {}", ' "{}"'),
            "barrier": Called(
                "de belemmering die je meldde", "de belemmering die {} meldde", ' bij het idee "{}"'
            ),
            "time": Called(
                "je verzoek om tijd", "het verzoek om tijd van {}", ' voor het idee "{}"'
            ),
            "help": Called("je hulpvraag", "de hulpvraag van {}", " over {}"),
            "appeal": Called(
                "je bezwaar", "het bezwaar van {}", ' tegen het antwoord op het idee "{}"'
            ),
        },
    ),
}
