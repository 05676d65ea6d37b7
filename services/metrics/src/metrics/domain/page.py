"""The register as a page for people: docs/kpis.md."""

from textwrap import fill

from metrics.domain.definitions import REGISTER
from metrics.domain.definitions.reads import READS, retention_of
from metrics.domain.register import Definition

_HEAD = """# KPIs

Generated from the definitions in code by `python -m metrics kpis > docs/kpis.md`; do not edit it.

Every answer of `GET /v1/kpis/{kpi}` carries `value`, `numerator`, `denominator`, `n`, `unit`,
`definition`, `version`, and where the value is null a `reason`: `no_data`, `suppressed`,
`not_reached` or `pending_consent`. Unknown is null, never 0.

- **Time.** Days are calendar days of the organisation's zone. A period is `[from, to)`; one that
  reaches past the instant of judging ends there. That instant is the end of the day `at`, else of
  `as_known_at`, else now. Only facts that happened before it count, and with `as_known_at` only
  those recorded by the end of that day.
  What other systems tell of people and the workforce is recorded when it is heard.
- **Explained.** `GET /v1/kpis/{kpi}/explain` gives every fact of the types that an open KPI rests
  on one fate: it makes `parts` of the number (`numerator`, `denominator`, `n` and what is told
  beside; they add up to it), or it is left out for one reason, which `excluded` names and counts.
  Where somebody worked is looked up and not counted. Of a protected KPI the rules are told without
  counts, which would say of how many persons it is.
- **Exactness.** Computed in whole numbers and fractions, rounded once, half to even, to 6 decimals.
  Durations are exact seconds with their fraction, as moments are told (to the microsecond); a day
  is 86,400 of them. `judged_at` in an answer is the instant of judging.
- **Whose department.** The one on the fact, else the directory's at that moment, else `unknown`.
  The category is the latest before `at`. `origin` is how the idea came here: live or imported.
- **Open** KPIs may be asked of any period and cut. **Protected** ones are about people and leave
  only in editions: the organisation by ISO week, month, quarter and year; by month also each
  department and each value of each attribute (`by=attribute`, keys `name=value`, as the directory
  said it last in the month; of authors, when they took part), never crossed, and always per tool.
- **Editions.** One is made 3 working days after its period ended; of a period that was closed
  before its facts or the consent came, once they are there and past facts have been silent for
  `KIEM_EDITION_QUIET_MINUTES`. Null with the reason `suppressed` are groups of fewer persons than
  the threshold, the next smallest beside them, and whatever would tell a small group by subtraction
  over all cuts and over all editions frozen before. Then it is frozen: erasing a person changes no
  edition. Late facts come in a revision at the close of the next quarter; it changes a group only
  by nobody or by as many persons as the threshold, and never shows what an edition hid.
  `as_known_at` picks the edition that was current at the end of that day.
- Without the consent of the works council a protected KPI is `pending_consent`. Thresholds only
  rise. What a survey asks (`enps`, `psychological_safety`, `pulse_scale`) is told of each wave
  that closed, by `GET /v1/pulse/waves/{wave}`, and of no other period.
- **Persons are forgotten.** Rows of use go 16 months after their day, and not before the editions
  that are due of them are made. Before, their month is frozen as counts, and its numbers stay as
  they are; what comes later for such a month is refused.

| KPI | title | kind | unit | version |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """Return the whole page."""
    rows = [
        f"| [`{k.id}`](#{k.id}) | {k.title_en} | {k.kind} | {k.unit} | {k.version} |\n"
        for k in REGISTER.values()
    ]
    return _HEAD + "".join(rows) + "".join(_section(kpi) for kpi in REGISTER.values())


def _section(kpi: Definition) -> str:
    lines = [
        f"\n## {kpi.id}\n",
        f"{kpi.title_en}: {kpi.plain_en} {kpi.purpose}\n",
        f"*{kpi.title_nl}: {kpi.plain_nl}*\n",
        f"{kpi.definition}\n",
        f"- formula: {kpi.formula} ({kpi.source})",
        f"- in a period: {kpi.period}",
        f"- asked with: {_words(kpi.parameters)}",
    ]
    if kpi.needs:
        lines.append(f"- needs: {_words(kpi.needs)}")
    if kpi.cuts:
        lines.append(f"- cut by: {_words(kpi.cuts)}")
    if kpi.threshold:
        lines.append(f"- null under {kpi.threshold} persons")
    lines.append(f"- owner: {kpi.owner}; legal basis: {kpi.legal_basis}")
    lines.append(f"- reads: {_reads(kpi.id)}")
    lines.append(f"- kept: {retention_of(kpi.id).en}")
    if "previous" not in kpi.compared_with:
        lines.append("- compared with the same period of last year only, never with the one before")
    lines += [f"- beside, `{name}`: {what}" for name, what in kpi.beside.items()]
    return "\n".join(lines) + "\n"


def _reads(kpi: str) -> str:
    """Return what a number reads, in lines of a length that can be read."""
    told = [f"`{event}` ({', '.join(fields)})" for event, fields in READS[kpi].items()]
    return fill("; ".join(told), 130, break_on_hyphens=False, subsequent_indent="  ")


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)
