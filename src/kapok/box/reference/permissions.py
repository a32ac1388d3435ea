"""The page of roles: what each may do, whose rows it sees, and who may give it."""

from collections.abc import Iterator

from kapok.access.purposes import of_role
from kapok.access.roles import ROLES, Permission, Realm, Role
from kapok.codes import Level


def lines() -> Iterator[str]:
    """Two tables, and then each role in words."""
    yield "# Roles and permissions\n"
    yield (
        "A permission holds where the role is held (its ranges of places) and while it is held. "
        "Rows about people are seen with a purpose alone, and only of the role's realms. The "
        "database enforces it; see the explanation of scope.\n"
    )
    yield from _permissions()
    yield from _reach()
    for code, role in ROLES.items():
        yield from _role(code, role)


def _permissions() -> Iterator[str]:
    """Who holds each permission."""
    yield "## Who may do what\n"
    yield "| permission | roles |\n| --- | --- |"
    for permission in Permission:
        holders = [f"`{code}`" for code, role in ROLES.items() if permission in role.grants]
        yield f"| `{permission}` | {', '.join(holders) or 'nobody'} |"
    yield ""


def _reach() -> Iterator[str]:
    """Realms, levels and the second factor of each role."""
    yield "## Whose rows, held over what\n"
    realms = " | ".join(str(realm.label) for realm in Realm)
    yield f"| role | {realms} | held over | second factor |"
    yield "| --- |" + " --- |" * (len(Realm) + 2)
    for code, role in ROLES.items():
        marks = " | ".join("yes" if realm in role.realms else "" for realm in Realm)
        levels = ", ".join(str(level.label) for level in Level if level in role.levels)
        factor = "needed" if role.needs_second_factor else "not needed"
        yield f"| `{code}` | {marks} | {levels or 'their own household'} | {factor} |"
    yield ""


def _role(code: str, role: Role) -> Iterator[str]:
    yield f"## {role.label} (`{code}`)\n"
    yield f"{role.description}\n"
    grants = ", ".join(f"`{permission}`" for permission in sorted(role.grants))
    gives = ", ".join(f"`{given}`" for given in ROLES if given in role.gives)
    givers = ", ".join(f"`{giver}`" for giver, other in ROLES.items() if code in other.gives)
    purposes = ", ".join(f"`{purpose}`" for purpose in of_role(code))
    yield f"- may do: {grants or 'nothing that needs a permission'}"
    yield f"- looks at people for: {purposes or 'no purpose'}"
    yield f"- may give: {gives or 'no role'}"
    yield f"- is given by: {givers or 'nobody; it comes by the proof of a telephone'}\n"
