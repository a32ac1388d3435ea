"""The ``kapok`` command. Each sub-command is loaded only when it is asked for."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer

from kapok.errors import NotAllowed, Refused

HELP = "Kapok 红棉: draw a town's grids, and bring every service to people through them."
REFUSED = 1
STOPPED = 130
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@dataclass(frozen=True)
class Command:
    """One sub-command: where its function (or its group of commands) is, and what it is for.

    With ``passes_on`` its words are not looked at here, not even ``--help``.
    """

    where: str
    help: str
    passes_on: bool = False


# One line for each sub-command: add yours here.
COMMANDS = {
    "up": Command("kapok.box.commands:up", "Set up this box and serve it until Ctrl-C."),
    "draw": Command("kapok.places.files.commands:draw", "Draw grids from a file of buildings."),
    "measure": Command("kapok.places.files.commands:measure", "Measure a plan of grids."),
    "dispatch": Command(
        "kapok.planning.dispatch.commands:dispatch", "Say who goes to which open matter."
    ),
    "roster": Command(
        "kapok.planning.rosters.commands:roster", "Plan who works at which post, and when."
    ),
    "cohorts": Command(
        "kapok.planning.cohorts.commands:cohorts", "Plan closed duty: cohorts and calendar."
    ),
    "hotline": Command(
        "kapok.planning.hotlines.commands:hotline", "Say how many people a hotline needs."
    ),
    "site": Command("kapok.planning.sites.commands:site", "Say whether a site's staff is enough."),
    "account": Command("kapok.box.accounts:app", "Make, set up, link and close accounts."),
    "import": Command("kapok.places.commands:app", "Bring divisions, buildings or streets in."),
    "pack": Command("kapok.matters.commands:app", "Check, try and draft packs of rules."),
    "audit": Command("kapok.box.audit:app", "Watch over the trace of who saw whom."),
    "work": Command("kapok.box.commands:work", "Run the periodic duties of a server of one's own."),
    "sample": Command("kapok.samples.commands:app", "Load a sample town."),
    "doctor": Command("kapok.box.operating:doctor", "Say what is wrong with this box."),
    "backup": Command("kapok.box.operating:backup", "Back the database up."),
    "restore": Command("kapok.box.operating:restore", "Restore a backup into an empty box."),
    "keys": Command("kapok.box.operating:keys", "Exchange the keys of encrypted values."),
    "tls": Command("kapok.box.certificates:app", "Make and take certificates; enrol phones."),
    "mail": Command("kapok.doors.commands:mail", "Take letters in as reports."),
    "reference": Command("kapok.box.commands:reference", "Print the reference pages anew."),
    "manage": Command("kapok.box.commands:manage", "Run a command of Django's.", passes_on=True),
}


def load(where: str) -> Any:
    """The object that ``module:name`` says."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


def application(asked: str | None = None, *, everything: bool = False) -> typer.Typer:
    """The command with the sub-command that was asked for, and the bare names of the others."""
    app = typer.Typer(
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_kapok)
    for name, command in COMMANDS.items():
        found = load(command.where) if everything or name == asked else _name_only
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name, help=command.help)
        else:
            settings = PASSED_ON if command.passes_on else None
            text = command.help if found is _name_only else None  # else its docstring
            app.command(name, help=text, short_help=command.help, context_settings=settings)(found)
    return app


def main() -> None:
    """Run the command line. A refusal is one sentence on standard error, never a traceback."""
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    sys.exit(_run(lambda: application(asked)(prog_name="kapok", standalone_mode=False)))


def _run(command: Callable[[], Any]) -> int:
    """The exit status of a command, after saying why where it is not zero."""
    from typer import exceptions

    try:
        status = command()
        sys.stdout.flush()
    except (Refused, NotAllowed) as refusal:
        return _say(str(refusal), REFUSED)
    except exceptions.TyperException as error:
        if hasattr(error, "show"):  # with the usage, which this kind of error knows
            error.show()
            return error.exit_code
        return _say(str(error), error.exit_code)
    except (KeyboardInterrupt, exceptions.Abort):
        status = STOPPED
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if status == STOPPED:
        return _say("\nStopped; nothing was written.", STOPPED)
    return status if isinstance(status, int) else 0


def _say(sentence: str, status: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return status


def _kapok() -> None:
    """Keep ``kapok`` a command with sub-commands, even if one alone were registered."""


def _name_only() -> None:
    """Stand in the list of ``kapok --help`` for a sub-command that was not asked for."""
