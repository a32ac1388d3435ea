"""``kapok account``: accounts by hand, for whoever has the command line of the box."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kapok.access.models import User

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

Username = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]


@app.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="The name of the person, as others see it.")] = "",
) -> None:
    """Make an account, and print the link by which its holder sets it up: once, within 3 days."""
    from kapok.box import session

    with session.running():
        from kapok.access import operations

        _print_link(operations.add_account(username=username, name=name))


@app.command(name="set-up")
def set_up(username: Username) -> None:
    """Print a new set-up link, for somebody who has forgotten the password."""
    from kapok.box import session

    with session.running():
        _print_link(_account(username))


@app.command(name="reset-second-factor")
def reset_second_factor(username: Username) -> None:
    """Take the second factors of somebody away who lost them, and sign them out everywhere."""
    from kapok.box import session

    with session.running():
        from kapok.access import operations

        n = operations.reset_second_factor(account=_account(username))
        kept = "had none" if n == 0 else "has none any more"
        _say(f"“{username}” {kept}, and is signed out. A role that needs one asks for a new one.")


@app.command()
def close(
    username: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of the account.")
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Close all demo accounts, before people are real.")
    ] = False,
) -> None:
    """Close an account: nobody signs in with it any more, and its sessions end now."""
    from kapok.box import session
    from kapok.errors import Refused

    if demo == (username is not None):
        raise Refused("Say which account to close, or --demo for all demo accounts.")
    with session.running():
        from kapok.access import operations
        from kapok.access.models import User

        if username is not None:
            operations.close_account(account=_account(username))
            _say(f"“{username}” is closed and signed out. What it did keeps its name.")
            return
        accounts = list(User.objects.filter(is_demo=True, is_active=True))
        for account in accounts:
            operations.close_account(account=account)
        _say(f"{len(accounts)} demo accounts are closed and signed out.")


@app.command()
def link(
    username: Username,
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="What the other service calls them (“sub”).")
    ],
) -> None:
    """Let somebody sign in through the other service (OpenID Connect, see dotenv-sample)."""
    from kapok.box import session

    with session.running():
        from kapok.access import operations

        operations.link_account(account=_account(username), subject=subject)
        _say(f"“{subject}” opens the account “{username}”.")


@app.command()
def service() -> None:
    """Print the address to which the other service (OpenID Connect) must lead people back."""
    from kapok.box import session
    from kapok.errors import Refused

    with session.running():
        from django.conf import settings
        from django.urls import reverse

        apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
        if not apps:
            raise Refused("No other service is set up. Set KAPOK_OIDC_ISSUER; see dotenv-sample.")
        _say(_base() + reverse("openid_connect_callback", args=[apps[0]["provider_id"]]))


def _account(username: str) -> "User":
    from kapok.access.models import User
    from kapok.errors import Refused

    found = User.objects.filter(username=username).first()
    if found is None:
        raise Refused(f"There is no account “{username}”. Look at its capital letters.")
    return found


def _print_link(user: "User") -> None:
    from kapok.access import operations

    _say(f"“{user.username}” is set up once, within three days, at this link:")
    _say(_base() + operations.set_up_path(user))


def _base() -> str:
    """The address under which people open this box."""
    from django.conf import settings

    return settings.REACH.base


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
