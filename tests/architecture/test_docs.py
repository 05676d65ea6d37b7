"""The documents say what is true now: each thing that they name exists, and none is left out."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from runpy import run_path

import pytest
from pydantic import Field

from chassis.settings import PREFIX, Settings
from chassis.telemetry import REGISTRY
from contracts.catalog import DECLARED, TOPICS
from contracts.generate import derived, drifted
from notifications.consumers.outages import KEPT_BACK

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GENERATE = run_path(str(DOCS / "generate.py"))
WRITTEN = sorted(
    [
        *ROOT.glob("*.md"),
        *DOCS.rglob("*.md"),
        *ROOT.glob("services/*/README.md"),
        ROOT / "contracts/README.md",
    ]
)
SOURCES = ("contracts", "chassis", "services", "history", "cli", "deploy", "tests", "examples")
LONGEST = 140


class HouseSettings(Settings):
    table: str = Field(description="what stands in the house")


@cache
def text(file: Path) -> str:
    return file.read_text("utf-8")


@cache
def prose(file: Path) -> str:
    """A document without what only looks like a link: its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", text(file), flags=re.MULTILINE | re.DOTALL)


@cache
def code() -> str:
    """Everything that a document can name: source, compose file and make targets."""
    files = [f for folder in SOURCES for f in (ROOT / folder).rglob("*.py")]
    files += [ROOT / "Makefile", ROOT / "docker-compose.yml", ROOT / "deploy/bootstrap"]
    return "\n".join(text(file) for file in files if file != Path(__file__))


def anchors(file: Path) -> set[str]:
    """The places within a document, as the forges name them."""
    heads = re.findall(r"^#+ (.+)$", prose(file), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", head.lower()) for head in heads)
    return {head.strip().replace(" ", "-") for head in plain}


def links(file: Path) -> Iterator[tuple[Path, str]]:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(file)):
        if not target.startswith(("https://", "http://", "mailto:")):
            path, _, anchor = target.partition("#")
            yield ((file.parent / path).resolve() if path else file), anchor


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_somewhere(file: Path) -> None:
    lost = [
        f"{path.name}#{anchor}"
        for path, anchor in links(file)
        if not path.exists() or (anchor and anchor not in anchors(path))
    ]
    assert not lost, f"mend these links of {file.name}: {lost}"


def test_the_page_of_settings_is_up_to_date() -> None:
    assert text(DOCS / "settings.md") == GENERATE["page"](), "write it anew: `make generate`"


def test_the_page_of_settings_lists_every_setting_of_every_service() -> None:
    page = GENERATE["described"]({"house": HouseSettings, "shed": Settings})

    for name, field in Settings.model_fields.items():
        assert f"| `KIEM_{name.upper()}` |" in page
        assert field.description
        assert field.description in page
    assert page.count("KIEM_TABLE") == 1
    assert "Nothing more." in page


def test_the_page_of_events_is_up_to_date() -> None:
    ours = {file: made for file, made in derived(ROOT).items() if file.suffix == ".md"}
    assert ours, "the generator writes no page any more: mend this test"
    old = [found for found in drifted(ROOT, ours) if ".md" in found]
    assert not old, f"write them anew, `make generate`: {old}"


def test_every_topic_and_every_event_is_on_the_page_of_events() -> None:
    on_page = text(DOCS / "events.md")
    missing = [name for name in (*TOPICS, *DECLARED) if f"`{name}`" not in on_page]
    assert not missing, f"`make generate`: {missing}"


def test_every_setting_that_is_named_exists() -> None:
    known = set(re.findall(rf"`({PREFIX}\w+)`", GENERATE["page"]()))
    known |= set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", code()))
    for file in WRITTEN:
        named = set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", text(file)))
        # KIEM_IDEAS_URL and its like are made of a service's name.
        strange = {n for n in named - known if not re.fullmatch(rf"{PREFIX}[A-Z]+_URL", n)}
        assert not strange, f"{file.name} names settings that nothing reads: {strange}"


def test_every_test_that_is_named_exists() -> None:
    for file in (DOCS / "architecture.md", *ROOT.glob("services/*/README.md")):
        named = set(re.findall(r"\b(test_\w+)(\.py)?`", text(file)))
        files = {found.stem for folder in SOURCES for found in (ROOT / folder).rglob("test_*.py")}
        gone = [
            name
            for name, is_file in named
            if name not in files and (is_file or f"def {name}(" not in code())
        ]
        assert not gone, f"{file.name} names tests that do not exist: {gone}"
    assert len(re.findall(r"`test_\w+", text(DOCS / "architecture.md"))) > 10


def test_every_make_target_that_is_named_exists_and_each_is_explained() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", text(ROOT / "Makefile"), re.MULTILINE))
    for file in WRITTEN:
        inline = re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)\b", prose(file))
        blocks = re.findall(r"^make ([a-z-]+)", text(file), re.MULTILINE)
        gone = {*inline, *blocks} - targets
        assert not gone, f"{file.name} names targets that the Makefile does not have: {gone}"
    unsaid = [t for t in targets - {"help"} if f"`make {t}" not in text(ROOT / "CONTRIBUTING.md")]
    assert not unsaid, f"CONTRIBUTING.md does not say what these do: {unsaid}"


def test_every_decision_is_in_the_index_with_all_its_parts() -> None:
    index = text(DOCS / "decisions/README.md")
    parts = ("**Context.**", "**Decision.**", "**Consequences.**", "**Alternatives.**")
    for file in sorted((DOCS / "decisions").glob("0*.md")):
        title = text(file).partition("\n")[0].removeprefix("# ")
        assert f"[{title}]({file.name})" in index, f"add {file.name} to the index"
        missing = [p for p in (*parts, "**Revisit when**") if p not in text(file)]
        assert not missing, f"{file.name} does not say: {missing}"


def test_every_number_and_log_entry_of_the_runbook_exists() -> None:
    runbook = text(DOCS / "runbook.md")
    numbers = {metric.name for metric in (*REGISTRY.collect(), *KEPT_BACK.collect())}
    named = set(re.findall(r"`(kiem_[a-z_]+)", runbook))
    gone = {name for name in named if name.removesuffix("_total") not in numbers}
    assert not gone, f"no service tells these numbers: {gone}"
    rooms = "relay|consumer|projection|timer|mail|process|database"
    entries = set(re.findall(rf"`((?:{rooms})\.[a-z_]+)`", runbook))
    assert entries, "the runbook names no log entry: mend this test"
    unsaid = {entry for entry in entries if f'"{entry}"' not in code()}
    assert not unsaid, f"nothing logs these: {unsaid}"


def test_lines_are_short_enough_to_read() -> None:
    generated = {DOCS / name for name in ("events.md", "settings.md", "kpis.md")}
    # One paragraph a line is how decisions are written; tables and blocks of code stay whole.
    files = [f for f in WRITTEN if f not in generated and f.parent.name != "decisions"]
    long = [
        f"{file.relative_to(ROOT)}: {line[:40]}…"
        for file in files
        for line in prose(file).splitlines()
        if len(line) > LONGEST and not line.startswith("|")
    ]
    assert not long, f"break these lines (limit {LONGEST}): {long}"
