"""`python -m local up | down | status | logs | reset | demo`: the whole system on this machine."""

import argparse
import os
import sys

from local import demo, launcher
from local.disk import full_disk, out_of_space
from local.home import chosen_home
from local.inputs import FILES
from local.plan import Plan, make_plan
from local.trouble import Trouble


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start everything and wait until it is ready")
    up.add_argument("--foreground", action="store_true", help="stay; Ctrl-C stops everything")
    commands.add_parser("down", help="stop everything; what was written stays")
    commands.add_parser("status", help="say how everything is")
    logs = commands.add_parser("logs", help="show the ends of the logs")
    logs.add_argument("names", nargs="*", metavar="NAME", help="ideas, kafka, …; all if none")
    logs.add_argument("-f", "--follow", action="store_true", help="go on showing")
    logs.add_argument("-n", "--lines", type=int, default=20, help="how many lines of each")
    reset = commands.add_parser("reset", help="delete everything that was written")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    shown = commands.add_parser("demo", help="start, import, show numbers, follow one idea live")
    for name in FILES:
        shown.add_argument(f"--{name}", metavar="FILE")
    shown.add_argument("--tool", metavar="NAME", help="whose usage it is, if the file does not say")
    commands.add_parser("supervise", help="(started by `up`)")
    return parser


def run(arguments: argparse.Namespace, plan: Plan) -> int:
    """Do what was asked; return the exit code."""
    match arguments.command:
        case "up" if arguments.foreground:
            launcher.up_in_foreground(plan)
        case "up":
            launcher.up(plan)
        case "supervise":
            launcher.supervise_in_background(plan)
        case "down":
            launcher.down(plan)
        case "status":
            return launcher.status(plan)
        case "logs":
            launcher.logs(
                plan, arguments.names, follow_them=arguments.follow, lines=arguments.lines
            )
        case "demo":
            demo.demo(plan, vars(arguments))
        case "reset":
            launcher.reset(plan, sure=arguments.yes)
    return 0


def main() -> int:
    """Trouble is a message, not a traceback."""
    arguments, home = _parser().parse_args(), chosen_home()
    try:
        return run(arguments, make_plan(home, os.environ))
    except Trouble as told:
        trouble = told
    except OSError as error:
        if not out_of_space(error):
            raise
        trouble = full_disk(home.folder)
    print(f"\n{trouble.what}\n{trouble.remedy}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
