"""Why facts are left out of a number, in the words of its readers."""

from typing import Literal

from msgspec import Struct


class Why(Struct, frozen=True):
    """A reason, under a name that stays; `en` and `nl` say it of several facts."""

    key: str
    en: str
    nl: str

    def words(self) -> dict[Literal["en", "nl"], str]:
        return {"en": self.en, "nl": self.nl}


AHEAD = Why(
    "ahead", "the period begins only after the instant of judging",
    "de periode begint pas na het moment van oordelen",
)  # fmt: skip
LATER = Why(
    "later", "they happened at or after the instant of judging",
    "ze gebeurden op of na het moment van oordelen",
)  # fmt: skip
NOT_KNOWN = Why(
    "not_known", "they were recorded after `as_known_at`", "ze zijn vastgelegd na `as_known_at`"
)
TOLD_LATER = Why(
    "told_later", "they were recorded only after the instant of judging, as an import of the past",
    "ze zijn pas na het moment van oordelen vastgelegd, zoals bij het inbrengen van het verleden",
)  # fmt: skip
AFTER_PERIOD = Why(
    "after_period", "they happened after the end of the period",
    "ze gebeurden na het einde van de periode",
)  # fmt: skip
OUTSIDE = Why("outside", "they lie outside the period", "ze liggen buiten de periode")
BEGUN_OUTSIDE = Why(
    "begun_outside", "what they are about began outside the period, or nobody told when",
    "waar ze over gaan begon buiten de periode, of niemand vertelde wanneer",
)  # fmt: skip
END_OUTSIDE = Why(
    "end_outside", "what they wait for came outside the period",
    "waar ze op wachten kwam buiten de periode",
)  # fmt: skip
NO_END = Why(
    "no_end", "what they wait for had not come at the instant of judging",
    "waar ze op wachten was er nog niet op het moment van oordelen",
)  # fmt: skip
UNBORN = Why(
    "unborn", "the submission of their idea is not known", "de indiening van hun idee is onbekend"
)
OTHER_ORIGIN = Why(
    "other_origin", "their idea came here another way than `origin` says",
    "hun idee kwam hier op een andere manier dan `origin` zegt",
)  # fmt: skip
REPEATED = Why(
    "repeated", "an earlier one of the same counts, and it counts once",
    "een eerdere van hetzelfde telt, en het telt één keer",
)  # fmt: skip
SUPERSEDED = Why(
    "superseded", "a later one says otherwise, or the same again",
    "een latere zegt het anders, of opnieuw",
)  # fmt: skip
WITHDRAWN = Why(
    "withdrawn", "they were withdrawn before the instant of judging",
    "ze zijn ingetrokken vóór het moment van oordelen",
)  # fmt: skip
TAKES_BACK = Why(
    "takes_back", "they take an earlier one back, which does not count then",
    "ze nemen een eerdere terug, die dan niet telt",
)  # fmt: skip
FINISHED = Why("finished", "their idea is finished", "hun idee is afgerond")
MERGED = Why(
    "merged", "their idea was merged into another", "hun idee is samengevoegd met een ander"
)
NO_CATEGORY = Why(
    "no_category", "their idea has no category", "hun idee heeft geen categorie"
)  # fmt: skip
ARRIVED = Why(
    "arrived", "their idea reached what was waited for, and that counts",
    "hun idee bereikte waarop werd gewacht, en dat telt",
)  # fmt: skip
TOO_EARLY = Why("too_early", "they came before the submission", "ze kwamen vóór de indiening")
GONE = Why(
    "gone", "their idea had been withdrawn or merged by then",
    "hun idee was toen al ingetrokken of samengevoegd",
)  # fmt: skip
NO_REVIEWER = Why(
    "no_reviewer", "they are by somebody who was no reviewer of the idea at that time",
    "ze zijn van iemand die toen geen beoordelaar van het idee was",
)  # fmt: skip
NOT_DUE = Why(
    "not_due", "their date had not come at the instant of judging",
    "hun datum was er nog niet op het moment van oordelen",
)  # fmt: skip
DUE_OUTSIDE = Why(
    "due_outside", "their date lies outside the period", "hun datum ligt buiten de periode"
)
KEPT_LATE = Why("kept_late", "they came after the date", "ze kwamen na de datum")
SAYS_BROKEN = Why(
    "says_broken", "they say that a promise was broken, which its date tells anyway",
    "ze zeggen dat een belofte is gebroken, wat de datum al vertelt",
)  # fmt: skip
NO_PROMISE = Why(
    "no_promise", "they belong to no promise that stands, or to another than the one that does",
    "ze horen bij geen belofte die geldt, of bij een andere dan die geldt",
)  # fmt: skip
OTHER_NOTICE = Why(
    "other_notice", "they are notices of something else, to somebody else or of another answer",
    "het zijn berichten over iets anders, aan iemand anders of van een ander antwoord",
)  # fmt: skip
OTHER_ANSWER = Why(
    "other_answer", "they rate an answer that lies outside the period, or one that was replaced",
    "ze gaan over een antwoord buiten de periode, of over een dat is vervangen",
)  # fmt: skip
NOT_USEFUL = Why(
    "not_useful", "they give fewer than four of five for usefulness",
    "ze geven minder dan vier van vijf voor bruikbaarheid",
)  # fmt: skip
NO_DIRECTORY = Why(
    "no_directory", "nobody was in the directory in the period, so there is nothing to divide by",
    "niemand stond in de periode in de lijst van mensen, dus er is niets om door te delen",
)  # fmt: skip

OUTSIDE_SPAN = Why(
    "outside_span", "facts of other days than those of the closed period",
    "feiten van andere dagen dan die van de afgesloten periode",
)  # fmt: skip
AFTER_EDITION = Why(
    "after_edition", "facts that came after the edition was made; a revision counts them",
    "feiten die kwamen nadat de editie was gemaakt; een herziening telt ze",
)  # fmt: skip
ERASED = Why(
    "erased", "uses of persons who were erased before the edition was made",
    "gebruik door mensen die zijn gewist voordat de editie werd gemaakt",
)  # fmt: skip
BELOW_THRESHOLD = Why(
    "below_threshold", "groups of fewer persons than the threshold, and those beside them that "
    "would tell such a group",
    "groepen van minder mensen dan de drempel, en die ernaast die zo'n groep zouden verraden",
)  # fmt: skip
ALIASES = Why(
    "aliases", "ideas submitted without a name: their number is told beside",
    "ideeën die zonder naam zijn ingediend: hun aantal staat ernaast",
)  # fmt: skip
CORRECTED = Why(
    "corrected", "reports that a later one of the same department and period corrects",
    "meldingen die een latere van dezelfde afdeling en periode verbetert",
)  # fmt: skip
NOT_ADMITTED = Why(
    "not_admitted", "uses that were refused at the door: too old, or of a source nobody allowed",
    "gebruik dat aan de deur is geweigerd: te oud, of van een bron die niemand toeliet",
)  # fmt: skip
AFTER_WAVE = Why(
    "after_wave", "answers that came after the wave had ended",
    "antwoorden die kwamen nadat de ronde voorbij was",
)  # fmt: skip
