"""The part of a mapping that explains a history: fields, facts, words."""

from history.mapping.checks import Table
from history.mapping.document import Node
from history.mapping.model import (
    DEFAULTED,
    HISTORY_FIELDS,
    LANGUAGES,
    OUTCOMES,
    REOPENED_TO,
    STEPS,
    FactRule,
    History,
    Rule,
    Sources,
    plain,
)

BIRTHS = ("named", "first")
ALONE = ("reviewers_assigned", "ignored")  # `then` makes no sense after these


def read_history(table: Table) -> History:
    """Read the table [history]."""
    names = table.table("fields")
    fields = _fields(names) if names else {}
    for needed in ("at", "idea"):
        if needed not in fields:
            (names or table).note(needed, "which field of the file holds this? it is needed")
    words = _words(table.table("words"))
    fact = table.text("fact")
    facts = _facts(table.table("facts"), words)
    line_table = table.table("line")
    line = _fact(line_table, words) if line_table else None
    births = table.text("births", BIRTHS) or "named"
    _both_or_one(table, fact, facts, line)
    _born_somehow(table, births, [*facts.values(), *([line] if line else [])], words)
    history = History(
        fields=fields, fact=fact, facts=facts, line=line, words=words, births=births,
        defaults=_defaults(table.table("defaults")), separator=table.text("separator"),
        ignored_fields=frozenset(table.texts("ignored_fields") or ()),
    )  # fmt: skip
    table.close()
    return history


def _fields(table: Table) -> dict[str, Sources]:
    found = {name: table.texts(name) for name in HISTORY_FIELDS}
    table.close()
    return {name: sources for name, sources in found.items() if sources}


def _defaults(table: Table | None) -> dict[str, str]:
    if table is None:
        return {}
    found = {n: table.text(n, LANGUAGES if n == "language" else None) for n in DEFAULTED}
    table.close()
    return {name: text for name, text in found.items() if text is not None}


def _words(table: Table | None) -> dict[str, dict[str, Rule]]:
    """Read [history.words.FIELD]: a dictionary from the words of a field to steps."""
    found: dict[str, dict[str, Rule]] = {}
    for field in table.nodes if table else ():
        inner = table.table(field) if table else None
        found[field] = _dictionary(inner) if inner else {}
    return found


def _dictionary(table: Table) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for word, node in table.nodes.items():
        if plain(word) in found:
            table.note(word, "the same word stands here twice (case and spaces do not matter)")
        found[plain(word)] = _rule(table, word, node)
    return found


def _rule(table: Table, key: str, node: Node) -> Rule:
    """Read `word = "step"` or `word = { step = "…", … }`."""
    if isinstance(node.value, str):
        return _checked(Rule(step=table.text(key, STEPS) or "ignored"), table, key)
    inner = table.table(key)
    if inner is None:
        return Rule(step="ignored")
    rule = _fixed(inner)
    if "step" not in inner:
        inner.note("step", f"the step is missing; allowed are: {', '.join(STEPS)}")
    inner.close()
    return rule


def _fixed(table: Table) -> Rule:
    """Read the step and what is fixed about it, which a table and a fact have in common."""
    step = table.text("step", STEPS)
    rule = Rule(
        step=step or "ignored", reason=table.text("reason"),
        outcome=table.text("outcome", OUTCOMES), to=table.text("to", REOPENED_TO),
    )  # fmt: skip
    return _checked(rule, table, "step") if step else rule


def _checked(rule: Rule, table: Table, key: str) -> Rule:
    if (rule.step == "pilot_concluded") != (rule.outcome is not None) and "outcome" not in table:
        table.note(key, f"pilot_concluded needs an outcome; allowed are: {', '.join(OUTCOMES)}")
    elif rule.outcome is not None and rule.step != "pilot_concluded":
        table.note("outcome", "only the step pilot_concluded has an outcome")
    if rule.step == "reopened" and rule.to is None and "to" not in table:
        table.note(key, f"reopened needs `to`; allowed are: {', '.join(REOPENED_TO)}")
    elif rule.to is not None and rule.step != "reopened":
        table.note("to", "only the step reopened has `to`")
    return rule


def _facts(table: Table | None, words: dict[str, dict[str, Rule]]) -> dict[str, FactRule]:
    found: dict[str, FactRule] = {}
    for name, node in table.nodes.items() if table else ():
        if table is None:
            break
        if isinstance(node.value, str):
            rule, names = FactRule(rule=_rule(table, name, node)), [name]
        else:
            inner = Table(node, table.path(name), table.faults)
            names = [name, *(inner.texts("also") or ())]
            rule = _fact(inner, words)
        for one in names:
            if plain(one) in found:
                table.note(name, f"the fact '{one}' stands here twice")
            found[plain(one)] = rule
    return found


def _fact(table: Table, words: dict[str, dict[str, Rule]]) -> FactRule:
    word, then, after = table.text("word"), table.text("then"), table.text("after")
    rule = _fixed(table)
    inner = table.table("fields")
    fields = _fields(inner) if inner else {}
    table.close()
    if ("step" in table) == ("word" in table):
        table.note("step", "say either `step` (what it is) or `word` (the field that says it)")
    if after and not word:
        table.note("after", "it goes with `word`: which field holds the word behind it?")
    if then and rule.step in ALONE:
        table.note("then", f"nothing can follow the step {rule.step} in the same line")
    for key, field in (("word", word), ("then", then)):
        if field is not None and field not in words:
            known = ", ".join(words) or "none"
            table.note(key, f"there is no table [history.words.{field}]; there are: {known}")
    return FactRule(
        rule=rule if "step" in table else None, word=word, then=then, after=after, fields=fields
    )


def _both_or_one(
    table: Table, fact: str | None, facts: dict[str, FactRule], line: FactRule | None
) -> None:
    if fact is not None and not facts:
        table.note("facts", "`fact` names a field, so [history.facts] must say what each means")
    if fact is None and facts:
        table.note("fact", "which field says what kind of fact a line is? [history.facts] needs it")
    if fact is None and line is None and not facts:
        table.note("line", "without `fact`, a table [history.line] says how to read every line")
    if fact is not None and line is not None:
        table.note("line", "either `fact` with [history.facts], or [history.line], not both")


def _born_somehow(
    table: Table, births: str, rules: list[FactRule], words: dict[str, dict[str, Rule]]
) -> None:
    named = any(
        (rule.rule is not None and rule.rule.step == "submitted")
        or any(one.step == "submitted" for one in words.get(rule.word or "", {}).values())
        for rule in rules
    )
    if births == "named" and not named:
        table.note(
            "births",
            "no fact and no word stands for the step submitted: say which one does, or"
            ' write births = "first" if the first line of an idea is its submission',
        )
