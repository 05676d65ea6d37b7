"""What the desk reads while it brings a suggestion box in."""

from portal.words.meanings import MEANINGS

_PAGES: dict[str, tuple[str, str]] = {
    "history.link": ("Een ideeënbus binnenbrengen", "Bring in a suggestion box"),
    "history.title": ("Een ideeënbus binnenbrengen", "Bring in a suggestion box"),
    "history.lead": (
        "Wat er al was aan ideeën, met hun eigen data. Je kijkt eerst, zegt wat de woorden "
        "betekenen, en probeert het uit zo vaak je wilt. Niemand krijgt mail over vroeger.",
        "The ideas that were there already, with their own dates. You look first, say what the "
        "words mean, and try as often as you like. Nobody gets mail about the past.",
    ),
    "history.steps": ("Stappen", "Steps"),
    "history.step.file": ("Bestand", "File"),
    "history.step.mapping": ("Betekenis", "Meaning"),
    "history.step.trial": ("Proef", "Trial"),
    "history.step.import": ("Echt", "For real"),
    "history.file": ("Het bestand", "The file"),
    "history.file.help": (
        "Een CSV-bestand uit een rekenblad (CSV UTF-8), of JSON Lines; ook als .gz. Eén "
        "gebeurtenis per rij. Hoogstens {most} MB, uitgepakt: grotere bestanden brengt een "
        "beheerder binnen.",
        "A CSV file of a spreadsheet (CSV UTF-8), or JSON Lines; .gz too. One event a row. At most "
        "{most} MB, unpacked: an operator brings larger files in.",
    ),
    "history.file.where": (
        "Het bestand ligt versleuteld in dit portaal, alleen voor jou, hoogstens {hours} uur of "
        "tot je het weghaalt. Er gaat niets naar de ideeën voor je dat zegt.",
        "The file lies encrypted in this portal, for you alone, for at most {hours} hours or until "
        "you remove it. Nothing goes to the ideas before you say so.",
    ),
    "history.file.send": ("Bekijk het bestand", "Look at the file"),
    "history.file.again": ("Breng het bestand opnieuw", "Bring the file again"),
    "history.another": ("Een ander bestand", "Another file"),
    "history.remove": ("Haal het bestand weg", "Remove the file"),
    "history.remove.more": (
        "Het bestand, je keuzes en het verslag gaan weg uit dit portaal. Wat al binnen is, blijft.",
        "The file, your choices and the report go from this portal. What is in already stays.",
    ),
    "history.remove.send": ("Haal weg", "Remove"),
    "history.held": ("{lines} regels, {fields} velden.", "{lines} lines, {fields} fields."),
    "history.until": ("Het ligt hier tot {day}.", "It lies here until {day}."),
    "history.wrong_lines.one": (
        "Eén regel is geen leesbaar object:",
        "One line is no object that can be read:",
    ),
    "history.wrong_lines.many": (
        "{count} regels zijn geen leesbaar object. De eerste:",
        "{count} lines are no object that can be read. The first:",
    ),
    "history.to_mapping": ("Zeg wat het betekent", "Say what it means"),
    "history.to_trial": ("Naar de proef", "To the trial"),
    "history.fields": ("Welke velden er zijn", "Which fields there are"),
    "history.field": ("Veld", "Field"),
    "history.filled": ("Gevuld", "Filled"),
    "history.example": ("Bijvoorbeeld", "For example"),
    "history.words": ("Woorden in {field}", "Words in {field}"),
    "history.empty": ("(leeg)", "(empty)"),
    "history.times.one": ("één keer", "once"),
    "history.times.many": ("{count} keer", "{count} times"),
    "history.line": ("Zo ziet regel {number} eruit", "This is how line {number} looks"),
    "history.mapping": ("Wat het betekent", "What it means"),
    "history.mapping.lead": (
        "Dit is een voorstel, op naam en op spelling. Bij elke keuze staat waarom; jij weet wat "
        "klopt.",
        "This is a proposal, by name and by spelling. Beside each choice stands why; you know what "
        "is right.",
    ),
    "history.fields.mean": ("Velden", "Fields"),
    "history.fields.more": (
        "Nodig zijn wanneer iets gebeurde en over welk idee het gaat. Mensen staan er als code van "
        "de personeelslijst, niet als naam.",
        "Needed are when something happened and which idea it is about. People stand there as the "
        "id of the directory, not as a name.",
    ),
    "history.words.mean": ("Woorden in {field}", "Words in {field}"),
    "history.facts.mean": ("Soorten regels in {field}", "Kinds of lines in {field}"),
    "history.no_words": (
        "Dit veld heeft te veel verschillende waarden: het zijn teksten, geen woorden.",
        "This field has too many different values: they are texts, not words.",
    ),
    "history.undecided": ("nog niet gekozen", "not decided yet"),
    "history.undecided.choose": ("Nog niet gekozen", "Not decided yet"),
    "history.write": ("Neem deze keuzes over", "Take these choices"),
    "history.write.more": (
        "De tekst hieronder wordt daarmee opnieuw geschreven: wat je daar zelf typte gaat weg.",
        "The text below is written anew with them: what you typed there yourself goes.",
    ),
    "history.text": ("De mapping als tekst", "The mapping as text"),
    "history.text.more": (
        "Wat je koos, als tekst die je kunt bewaren en die ook in een terminal werkt. Alles wat "
        "erin kan staat in docs/import.md.",
        "What you chose, as a text that you can keep and that works in a terminal too. All that it "
        "can hold stands in docs/import.md.",
    ),
    "history.text.label": ("Mapping ({kind})", "Mapping ({kind})"),
    "history.text.file": (
        "Of neem een mapping uit een bestand (.toml, .yaml)",
        "Or take a mapping from a file (.toml, .yaml)",
    ),
    "history.text.send": ("Bewaar deze tekst", "Keep this text"),
    "history.text.download": ("Download de mapping", "Download the mapping"),
    "history.done.written": ("Je keuzes staan in de mapping.", "Your choices are in the mapping."),
    "history.done.text": (
        "De mapping is bewaard en klopt van vorm.",
        "The mapping is kept, and its form is right.",
    ),
    "history.faults": (
        "De mapping kan zo niet worden gebruikt",
        "The mapping cannot be used like this",
    ),
}
_TRIAL: dict[str, tuple[str, str]] = {
    "history.trial": ("De proef", "The trial"),
    "history.trial.lead": (
        "Zo zou het bestand worden begrepen. Er is niets verstuurd.",
        "This is how the file would be understood. Nothing was sent.",
    ),
    "history.count.lines": ("regels", "lines"),
    "history.count.ideas": ("ideeën", "ideas"),
    "history.count.placed": ("krijgen een plek", "find their place"),
    "history.count.ignored": ("tellen niet mee", "do not count"),
    "history.count.unplaced": ("niet begrepen", "not understood"),
    "history.not": ("Niet begrepen", "Not understood"),
    "history.not.more": (
        "Weet jij het wel, pas dan de mapping aan, of de regel in je bestand, en probeer het "
        "opnieuw. Blijft het zo, dan worden deze regels bewaard tot een mapping ze kent.",
        "If you know better, mend the mapping, or the line of your file, and try again. If it "
        "stays, these lines are kept until a mapping knows them.",
    ),
    "history.not.which": ("Welke regels, en waarom", "Which lines, and why"),
    "history.more_reasons": ("Er zijn nog {count} redenen.", "There are {count} more reasons."),
    "history.report": ("Download het hele verslag", "Download the whole report"),
    "history.lines": ("Regels", "Lines"),
    "history.reason": ("Waarom", "Why"),
    "history.which": ("Welke", "Which"),
    "history.and_more": ("en nog {count}", "and {count} more"),
    "history.mend": ("Pas de mapping aan", "Mend the mapping"),
    "history.all_placed": ("Elke regel krijgt een plek.", "Every line finds its place."),
    "history.stand": ("Waar elk woord voor staat", "What each word stands for"),
    "history.word": ("Woord", "Word"),
    "history.stands": ("Staat voor", "Stands for"),
    "history.often": ("Keer", "Times"),
    "history.understood.not": ("niet begrepen", "not understood"),
    "history.recorded": ("Wat er in Kiem zou komen", "What would be recorded in Kiem"),
    "history.unread": ("Velden die niemand leest", "Fields that nobody reads"),
    "history.really": ("Echt binnenbrengen", "Bring it in for real"),
    "history.really.more": (
        "Dit is niet terug te draaien. Wel mag het vaker: wat al binnen is wordt herkend en "
        "verandert niet.",
        "There is no way back. But it may be done more often: what is in already is known, and "
        "does not change.",
    ),
    "history.source": ("Naam van deze ideeënbus", "Name of this suggestion box"),
    "history.source.help": (
        "Met het nummer van de regel herkent deze naam wat al binnen is. Houd hem dus gelijk als "
        "het bestand groeit, en geef een ander bestand een andere naam.",
        "With the number of the line this name tells what is in already. So keep it when the file "
        "grows, and give a different file a different name.",
    ),
    "history.cutover": (
        "Vanaf welke dag beloven we open ideeën een antwoord?",
        "From which day on are open ideas promised an answer?",
    ),
    "history.cutover.help": ("Leeg is vanaf nu.", "Empty is from now on."),
}
_IMPORT: dict[str, tuple[str, str]] = {
    "history.import": ("Binnenbrengen", "Bringing in"),
    "history.import.of": ("{source} binnenbrengen", "Bringing in {source}"),
    "history.import.send": ("Breng alles binnen", "Bring it all in"),
    "history.import.see": ("Hoe het gaat met {source}", "How {source} is coming along"),
    "history.import.leave": (
        "Je mag deze pagina verlaten: het gaat door, en je vindt haar terug bij de balie.",
        "You may leave this page: it goes on, and you find it again at the desk.",
    ),
    "history.import.done": ("Klaar. Elke regel is verwerkt.", "Done. Every line was dealt with."),
    "history.import.again": ("Ga verder", "Go on"),
    "history.phase.reading": ("Het bestand wordt gelezen.", "The file is read."),
    "history.phase.ideas": (
        "Ideeën: {done} van {total} stappen.",
        "Ideas: {done} of {total} steps.",
    ),
    "history.phase.reviewers": (
        "Beoordelaars: {done} van {total} regels.",
        "Reviewers: {done} of {total} lines.",
    ),
    "history.phase.kept": (
        "Wat geen plek vond wordt bewaard: {done} van {total} regels.",
        "What found no place is kept: {done} of {total} lines.",
    ),
    "history.result.recorded": ("nu bij een idee", "now with an idea"),
    "history.result.repeated": ("veranderden niets", "changed nothing"),
    "history.result.known": ("waren al binnen", "were in before"),
    "history.result.ignored": ("tellen niet mee", "do not count"),
    "history.result.refused": ("spreken het idee tegen", "contradict the idea"),
    "history.result.unplaced": ("niet begrepen", "not understood"),
    "history.not_placed": ("Zonder plek", "Not placed"),
    "history.not_placed.more": (
        "Deze regels zijn bewaard. Pas de mapping aan en breng hetzelfde bestand nog eens binnen: "
        "dan krijgen ze hun plek, op hun eigen dag.",
        "These lines are kept. Mend the mapping and bring the same file in again: then they find "
        "their place, on their own day.",
    ),
    "history.kept": ("Alle regels zonder plek", "All lines without a place"),
    "history.stopped.stopped": (
        "Het binnenbrengen is onderbroken, want dit portaal werd gestopt. Wat binnen is, blijft. "
        "Ga verder: het gaat door waar het was.",
        "Bringing in was interrupted, as this portal was stopped. What is in stays. Go on: it "
        "continues where it was.",
    ),
    "history.stopped.signed_out": (
        "Je was uitgelogd voordat alles binnen was. Wat binnen is, blijft. Ga verder: het gaat "
        "door waar het was.",
        "Your sign-in ended before all was in. What is in stays. Go on: it continues where it was.",
    ),
    "history.stopped.away": (
        "De dienst voor {service} geeft al een tijd geen antwoord. Wat binnen is, blijft. Ga "
        "straks verder.",
        "The service for {service} has given no answer for some time. What is in stays. Go on in "
        "a while.",
    ),
    "history.stopped.refused": (
        "Een dienst weigert het: {detail} Wat binnen is, blijft.",
        "A service refuses it: {detail} What is in stays.",
    ),
    "history.stopped.failed": (
        "Dit ligt aan ons, niet aan je bestand. Wat binnen is, blijft. Ga verder; blijft het zo, "
        "vraag dan een beheerder.",
        "This is our fault, not your file's. What is in stays. Go on; if it stays, ask an "
        "operator.",
    ),
    "history.wrong.none": ("Kies eerst een bestand.", "Choose a file first."),
    "history.wrong.large": (
        "Het bestand is groter dan {most} MB, uitgepakt. Knip het in delen met elk een eigen naam, "
        "met alle regels van een idee in hetzelfde deel, of vraag een beheerder.",
        "The file is larger than {most} MB, unpacked. Cut it into parts with a name each, all "
        "lines of an idea in the same part, or ask an operator.",
    ),
    "history.wrong.gzip": (
        "Het .gz-bestand is stuk of niet af. Maak het opnieuw, of breng het uitgepakt.",
        "The .gz file is broken or cut off. Make it anew, or bring it unpacked.",
    ),
    "history.wrong.records": (
        "Geen regel van dit bestand kan worden gelezen. Bewaar een rekenblad als CSV UTF-8, met "
        "een naam op .csv; of zet per regel één object tussen {{ en }}. Van regel {line} zegt de "
        "lezer: {why}.",
        "No line of this file can be read. Save a spreadsheet as CSV UTF-8, with a name in .csv; "
        "or put one object a line, between {{ and }}. Of line {line} the reader says: {why}.",
    ),
    "history.wrong.unreadable": (
        "Het CSV-bestand kan niet worden gelezen: {why}.",
        "The CSV file cannot be read: {why}.",
    ),
    "history.wrong.cutover": (
        "De dag vanaf wanneer we beloven is geen dag die bestaat. Schrijf hem als 2026-01-31, of "
        "laat hem leeg. Er is niets binnengebracht.",
        "The day from which we promise is no day that exists. Write it as 2026-01-31, or leave it "
        "empty. Nothing was brought in.",
    ),
    "history.wrong.source": (
        "De naam is langer dan 100 tekens, of heeft tekens die niemand ziet. Kies een kortere. Er "
        "is niets binnengebracht.",
        "The name is longer than 100 characters, or has characters that nobody sees. Choose a "
        "shorter one. Nothing was brought in.",
    ),
    "history.wrong.room": (
        "Het portaal heeft geen plaats voor dit bestand. Vraag een beheerder om ruimte.",
        "The portal has no room for this file. Ask an operator to make some.",
    ),
    "history.wrong.text": (
        "De mapping is langer dan {most} tekens. Maak haar korter.",
        "The mapping is longer than {most} characters. Make it shorter.",
    ),
    "history.wrong.kind": (
        "{name} is geen UTF-8-tekst. Bewaar de mapping als UTF-8.",
        "{name} is no UTF-8 text. Save the mapping as UTF-8.",
    ),
}
HISTORY: dict[str, tuple[str, str]] = {**_PAGES, **_TRIAL, **_IMPORT, **MEANINGS}
