"""What the innovation desk reads, and what operators read of traces."""

DESK: dict[str, tuple[str, str]] = {
    "nav.desk": ("Balie", "Desk"),
    "desk.title": ("De ideeënbalie", "The innovation desk"),
    "desk.lead": (
        "Wie kijkt waarnaar, waarop gelet wordt, en wat bij elkaar hoort.",
        "Who looks at what, by which criteria, and what belongs together.",
    ),
    "desk.done": ("Dit geldt vanaf nu.", "This holds from now on."),
    "desk.routing": ("Wie wat beoordeelt", "Who reviews what"),
    "desk.routing.more": (
        "De eerste regel die past noemt de beoordelaars. Wat leeg blijft past op alles. Zonder "
        "regel zoekt Kiem zelf iemand uit de buurt.",
        "The first rule that fits names the reviewers. What is empty fits all. Without a rule Kiem "
        "finds somebody near.",
    ),
    "desk.routing.look": ("Bekijk wat er verandert", "See what would change"),
    "desk.rule": ("Regel {number}", "Rule {number}"),
    "desk.rule.new": ("Nieuwe regel", "New rule"),
    "desk.rule.reviewers": ("Beoordelaars", "Reviewers"),
    "desk.rule.category": ("Onderwerp", "Subject"),
    "desk.rule.department": ("Afdeling", "Department"),
    "desk.rule.challenge": ("Vraag (adres of code)", "Challenge (address or id)"),
    "desk.rule.all": ("alles", "everything"),
    "desk.most": ("Hoogstens zoveel open per persoon", "At most so many open a person"),
    "desk.change": ("Wat er verandert", "What would change"),
    "desk.change.nothing": ("Er verandert niets.", "Nothing would change."),
    "desk.change.come": ("Komt erbij", "New"),
    "desk.change.go": ("Valt weg", "Gone"),
    "desk.change.order": (
        "De volgorde verandert: de eerste regel die past beslist.",
        "The order changes: the first rule that fits decides.",
    ),
    "desk.change.most": (
        "Hoogstens open per persoon: van {before} naar {after}.",
        "At most open a person: from {before} to {after}.",
    ),
    "desk.change.since": (
        "Het geldt voor ideeën vanaf nu. Wie al kijkt, blijft kijken.",
        "It holds for ideas from now on. Who looks already goes on looking.",
    ),
    "desk.change.send": ("Zo doen we het", "Do it like this"),
    "desk.change.back": ("Toch niet", "Rather not"),
    "desk.alike": ("Ideeën die erop lijken", "Ideas like it"),
    "desk.alike.lead": (
        "Vertelt een ander idee hetzelfde? Bekijk ze dan eerst naast elkaar.",
        "Does another idea tell the same? Then look at both beside each other first.",
    ),
    "desk.alike.look": ("Voeg deze twee samen", "Merge these two"),
    "desk.alike.none": ("Niets lijkt erop.", "Nothing is like it."),
    "desk.alike.turn": ("Andersom", "The other way around"),
    "desk.alike.way": ("Hoort dit bij een ander idee?", "Does this belong to another idea?"),
    "desk.rubric": ("Waarop gelet wordt", "What ideas are judged by"),
    "desk.rubric.more": (
        "Elk idee houdt de criteria waarmee het begon.",
        "Each idea keeps the criteria that it began with.",
    ),
    "desk.rubric.version": ("Naam van de nieuwe versie", "Name of the new version"),
    "desk.rubric.now": ("Nu geldt {version}.", "Now it is {version}."),
    "desk.rubric.name": (
        "Geef de nieuwe versie een naam van letters, cijfers, punten of streepjes.",
        "Give the new version a name of letters, digits, dots or dashes.",
    ),
    "desk.rubric.send": ("Beoordeel voortaan zo", "Judge like this from now on"),
    "desk.rubric.change": ("Wat er anders beoordeeld wordt", "What would be judged otherwise"),
    "desk.rubric.for": (
        "Versie {name}, in plaats van {now}, voor ideeën over {category}.",
        "Version {name}, instead of {now}, for ideas about {category}.",
    ),
    "desk.rubric.all": (
        "Versie {name}, in plaats van {now}, voor elk onderwerp zonder eigen criteria.",
        "Version {name}, instead of {now}, for every subject without criteria of its own.",
    ),
    "desk.rubric.other": ("Anders gevraagd", "Asked otherwise"),
    "desk.rubric.was": ("was: {question}", "was: {question}"),
    "desk.rubric.order": ("De volgorde verandert.", "The order changes."),
    "desk.rubric.same": (
        "De criteria blijven dezelfde; alleen de naam van de versie is nieuw.",
        "The criteria stay the same; only the name of the version is new.",
    ),
    "desk.rubric.since": (
        "Het geldt voor ideeën die vanaf nu verteld worden. Elk eerder idee houdt zijn criteria, "
        "ook als het nog wacht.",
        "It holds for ideas that are told from now on. Each earlier idea keeps its criteria, also "
        "while it still waits.",
    ),
    "desk.criterion": ("Criterium {number}", "Criterion {number}"),
    "desk.criterion.new": ("Nieuw criterium", "New criterion"),
    "desk.criterion.name": ("Naam", "Name"),
    "desk.criterion.nl": ("De vraag in het Nederlands", "The question in Dutch"),
    "desk.criterion.en": ("De vraag in het Engels", "The question in English"),
    "desk.merge": ("Voeg dubbele ideeën samen", "Merge duplicates"),
    "desk.merge.more": (
        "Plak de adressen van beide ideeën. Steun en indieners van beide blijven.",
        "Paste the addresses of both ideas. The support and the authors of both stay.",
    ),
    "desk.merge.idea": ("Dit idee gaat op in", "This idea becomes a part of"),
    "desk.merge.into": ("dit idee", "this idea"),
    "desk.merge.reason": ("Waarom? Beide indieners lezen dit.", "Why? Both authors read this."),
    "desk.merge.look": ("Leg ze naast elkaar", "Put them side by side"),
    "desk.merge.which": (
        "Noem twee verschillende ideeën die er zijn, met hun adres of code.",
        "Name two different ideas that are there, by address or id.",
    ),
    "desk.merge.sure": ("Zijn dit dezelfde?", "Are these the same?"),
    "desk.merge.then": (
        "Beide indieners horen het, met je reden. Het kan ongedaan worden gemaakt.",
        "Both authors are told, with your reason. It can be undone.",
    ),
    "desk.merge.part": ("Gaat op in het andere", "Becomes a part of the other"),
    "desk.merge.whole": ("Blijft", "Stays"),
    "desk.merge.send": ("Voeg samen", "Merge them"),
    "desk.separate": ("Het was een vergissing", "It was a mistake"),
    "desk.separate.idea": ("Idee dat weer los moet", "Idea that should stand alone again"),
    "desk.separate.reason": ("Waarom?", "Why?"),
    "desk.separate.send": ("Haal uit elkaar", "Separate them"),
    "desk.imports": ("Wat een import niet begreep", "What an import did not understand"),
    "desk.imports.more": (
        "Regels zonder plek worden bewaard tot een mapping ze kent.",
        "Lines without a place are kept until a mapping knows them.",
    ),
    "desk.imports.source": ("Naam van het bestand", "Name of the file"),
    "desk.imports.line": ("Regel {number}", "Line {number}"),
    "desk.imports.none": ("Alles heeft een plek.", "Everything has a place."),
    "desk.others": ("Ook hier", "Also here"),
    "trace.title": ("De weg van een idee", "The way of an idea"),
    "trace.lead": (
        "Wat één klik in beweging zette, door alle diensten. De balken lopen tot waar negen van de "
        "tien klaar waren; wat later kwam staat aan de rand.",
        "What one click set in motion, through all services. Bars reach to where nine in ten were "
        "done; what came later stands at the edge.",
    ),
    "trace.of": ("Idee (adres of code) of trace", "Idea (address or id) or trace"),
    "trace.one": ("Verzoek {number}", "Request {number}"),
    "trace.work": ("Werk", "Work"),
    "trace.begins": ("begint (ms)", "begins (ms)"),
    "trace.lasts": ("duurt (ms)", "lasts (ms)"),
    "trace.when": ("Wanneer", "When"),
    "trace.failed": ("mislukt", "failed"),
    "trace.none": (
        "Hiervan staat niets in de bestanden. Ze worden enkele tellen na het werk geschreven, en "
        "oude worden overschreven.",
        "Nothing of this is in the files. They are written some seconds after the work, and old "
        "ones are written over.",
    ),
    "trace.elsewhere": (
        "De traces gaan hier naar een verzamelaar. Zoek ze daar op, met het idee als correlatie.",
        "Traces go to a collector here. Look there, with the idea as the correlation.",
    ),
    "trace.unknown": (
        "Zo'n idee is er niet, of je mag het niet zien. Lezen vraagt ook de rol medewerker.",
        "There is no such idea, or you may not see it. Reading needs the role employee too.",
    ),
    "operation.discard": ("Geef op", "Give it up"),
    "operation.discard.why": ("Waarom kan het weg?", "Why can it go?"),
    "operation.discard.send": ("Geef op", "Give it up"),
    "operation.behind": ("Nog te lezen", "To be read"),
    "operation.untold": ("Nog te vertellen", "To be told"),
    "operation.parked": ("Onleesbaar", "Unreadable"),
    "operation.overdue": ("Wekker te laat (s)", "Timer late (s)"),
    "no.TheIdeaIsNotMerged": (
        "Dit idee hoort bij geen ander. Kijk bij het idee waar het staat.",
        "The idea is no part of another one. Look at the idea for where it stands.",
    ),
    "no.ARubricHasCriteria": (
        "Er is minstens één criterium nodig, met een vraag in beide talen en een eigen naam.",
        "It takes at least one criterion, asked in both languages, under a name of its own.",
    ),
    "no.ARuleNamesReviewers": (
        "Elke regel noemt iemand die beoordeelt.",
        "Every rule names somebody who reviews.",
    ),
    "no.TheRubricIsPublished": (
        "Die naam is al gebruikt, en er wordt naar beoordeeld. Kies een nieuwe.",
        "That name is taken, and ideas are judged by it. Choose a new one.",
    ),
}
