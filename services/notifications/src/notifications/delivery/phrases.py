"""The short phrases that every letter has, and names for those whose name is not known."""

from dataclasses import dataclass

from contracts.vocabulary import Language


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
    next_step: dict[str, str]
    see: str
    closing: str
    footer: str


PHRASES: dict[Language, Phrases] = {
    "en": Phrases(
        locale="en_GB",
        hello="Hello",
        nobody="Hello",
        desk="the idea desk",
        somebody="a colleague",
        untitled="without a title",
        agreed="the agreed date",
        questions="Every idea is asked the same questions",
        why="Why",
        next_step={
            "accepted": "What happens next",
            "declined": "What would make it a yes",
            "parked": "What would wake it",
        },
        see="See the whole idea in Kiem",
        closing="With kind regards,",
        footer="Kiem: every idea gets an answer.",
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
        next_step={
            "accepted": "Wat er nu gebeurt",
            "declined": "Wat er een ja van zou maken",
            "parked": "Wanneer we er weer naar kijken",
        },
        see="Bekijk het hele idee in Kiem",
        closing="Vriendelijke groet,",
        footer="Kiem: elk idee krijgt antwoord.",
    ),
}
