"""Sub-commands of the box: ``kapok up``, ``work``, ``reference`` and ``manage``."""

from typing import Annotated

import typer


def up() -> int:
    """Set up this box (database, sample town, accounts) and serve it on this machine until Ctrl-C.

    KAPOK_PORT, KAPOK_DATA and DATABASE_URL change where; dotenv-sample explains them.
    """
    from kapok.box import up

    return up.up()


def work() -> int:
    """Run the periodic duties (seal the trace, raise alarms, delete what falls due) until Ctrl-C.

    ``kapok up`` runs them by itself; this is for servers that start the web process in another way.
    """
    from kapok.box import session

    with session.running():
        from kapok.box import worker

        return worker.main()


def reference(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail where a page is out of date.")
    ] = False,
) -> int:
    """Print the pages of docs/reference anew from the code."""
    from kapok.box import reference

    return reference.write(check=check)


def manage(context: typer.Context) -> None:
    """Run a command of Django's on this box's database, as in ``kapok manage shell``."""
    from kapok.box import session

    with session.running():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["kapok manage", *context.args])
