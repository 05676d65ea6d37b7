"""The portal knows in Dutch whatever the reader of histories may say, and what an import is told.

Here, as the portal must not know the services, and the reader of histories not the portal.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import history
from ideas.domain import refusals
from portal.words.sentences import SENTENCES

SAYING = {"Puzzling", "refuse", "note", "WrongMapping", "Unreadable"}
OF_IMPORTS = (
    refusals.TheIdeaIsBornAlready, refusals.TheFactComesBeforeItsIdea,
    refusals.TheFactIsStillToCome, refusals.TheLineIsAnotherIdeas,
    refusals.AReopeningNamesAState, refusals.NobodySubmittedIt,
)  # fmt: skip


def sentence(node: ast.expr) -> str | None:
    """Return a sentence with a hole for each thing that it names."""
    match node:
        case ast.Constant(value=str(text)):
            return text.replace("{", "{{").replace("}", "}}")
        case ast.JoinedStr(values=values):
            return "".join(
                sentence(v) or "{}" if isinstance(v, ast.Constant) else "{}" for v in values
            )
        case _:
            return None


def sentences() -> Iterator[str]:
    for file in sorted(Path(next(iter(history.__path__))).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", getattr(node.func, "id", "")) in SAYING
            ):
                for given in node.args:
                    for each in given.elts if isinstance(given, ast.List) else [given]:
                        if (found := sentence(each)) and " " in found:
                            yield found


def test_whatever_a_history_is_told_is_known_in_dutch() -> None:
    known = {english for english, _ in SENTENCES}
    found = set(sentences())
    kinds = {"the field '{}' holds {}; a text is expected"}  # there are two, each with its own
    assert len(found) > 40
    assert found - kinds - known == set(), "add these to portal/words/sentences.py"


def test_what_refuses_a_line_of_an_import_is_known_in_dutch() -> None:
    known = {english for english, _ in SENTENCES}
    assert {refusal.__doc__ for refusal in OF_IMPORTS} - known == set()
