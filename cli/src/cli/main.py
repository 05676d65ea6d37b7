"""The command `kiem`."""

from typing import Any

import typer
from typer.core import TyperGroup

from cli.commands.consent import consent
from cli.commands.demo import demo
from cli.commands.import_history import import_history, import_unplaced
from cli.commands.import_people import import_people
from cli.commands.import_reports import import_outcomes, import_workforce
from cli.commands.import_usage import import_usage
from cli.commands.kpis import kpis
from cli.commands.letters import dlq
from cli.commands.look import idea, timeline
from cli.commands.operation import clock, status
from cli.commands.outages import outages
from cli.commands.person import person
from cli.commands.stage import stage
from cli.commands.terms import terms
from cli.commands.trace import trace
from cli.commands.verify import verify
from cli.commands.verify_kpis import verify_kpis
from cli.console import warn
from cli.failures import Failure


class Guarded(TyperGroup):
    """Ends with a sentence and an exit code where a command cannot do what was asked."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Failure as failure:
            warn(str(failure))
            raise typer.Exit(failure.code) from None


app = typer.Typer(
    cls=Guarded, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Kiem: every idea gets an answer. Import, look, follow, repair.",
)  # fmt: skip
imports = typer.Typer(no_args_is_help=True, help="Bring in what is there already.")
app.add_typer(imports, name="import")
imports.command("history")(import_history)
imports.command("unplaced")(import_unplaced)
imports.command("usage")(import_usage)
imports.command("people")(import_people)
imports.command("workforce")(import_workforce)
imports.command("outcomes")(import_outcomes)
for command in (kpis, consent, idea, timeline, trace, status, demo, stage):
    app.command()(command)
app.add_typer(dlq, name="dlq")
app.add_typer(outages, name="outages")
app.add_typer(terms, name="terms")
app.add_typer(clock, name="clock")
app.add_typer(person, name="person")
verify.command("kpis")(verify_kpis)
app.add_typer(verify, name="verify")


if __name__ == "__main__":
    app()
