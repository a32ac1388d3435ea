"""Whether somebody may make a move on a matter."""

from django.utils.translation import gettext as _

from kapok.access.fields import holds
from kapok.access.roles import ROLES, Permission
from kapok.matters.engine.facts import Actor, Facts, Refusal
from kapok.matters.workflow import By, Move
from kapok.packs.schema import Kind
from kapok.packs.schema import Move as LifeMove


def refused(move: Move, matter: Facts, actor: Actor, kind: Kind) -> Refusal | None:
    """Why the actor may not make the move, or ``None`` where they may."""
    if any(_is(by, move, matter, actor) for by in sorted(move.by)) or _by_kind(
        move, matter, actor, kind
    ):
        return None
    if By.CHECKER in move.by and _sends(Permission.MATTER_CHECK, matter, actor):
        return Refusal(
            _("Whoever reported or finished a matter does not check it. Ask a colleague to.")
        )
    if By.HANDLER in move.by and Permission.MATTER_HANDLE in actor.permissions:
        return Refusal(
            _("“%(move)s” is for whoever the matter was given to. Ask the desk to give it to you.")
            % {"move": move.label}
        )
    return Refusal(
        _("As %(role)s you may not do “%(move)s” here.")
        % {
            "role": ROLES[actor.role].label if actor.role in ROLES else _("nobody"),
            "move": move.label,
        }
    )


def _by_kind(move: Move, matter: Facts, actor: Actor, kind: Kind) -> bool:
    """A kind may open a move to further roles, over their places and in their realms."""
    return (
        actor.role in kind.moves.get(LifeMove(move.name), ())
        and By.CHECKER not in move.by
        and matter.realm in actor.realms
        and (holds(actor.ranges, matter.place) or handles(matter, actor))
    )


def _is(by: By, move: Move, matter: Facts, actor: Actor) -> bool:
    if by == By.BOX:
        return actor.is_box
    if by == By.REPORTER:
        known = actor.account is not None and actor.account == matter.reported_by
        return known or matter.id in actor.tracking
    if by == By.HANDLER:
        return handles(matter, actor)
    if by == By.DESK:
        return _sends(Permission.MATTER_SEND, matter, actor)
    if by == By.CHECKER:
        involved = {matter.reported_by, matter.finished_by, matter.assignee} - {None}
        return _sends(Permission.MATTER_CHECK, matter, actor) and actor.account not in involved
    return move.permission in actor.permissions or actor.is_box


def handles(matter: Facts, actor: Actor) -> bool:
    """Whether it was given to the actor or their unit; what nobody has is the grid worker's."""
    if Permission.MATTER_HANDLE not in actor.permissions or matter.realm not in actor.realms:
        return False
    if matter.assignee is not None:
        return matter.assignee == actor.account
    if matter.unit is not None:
        return matter.unit == actor.unit
    return Permission.MATTER_VIEW in actor.permissions and holds(actor.ranges, matter.place)


def _sends(permission: Permission, matter: Facts, actor: Actor) -> bool:
    return (
        permission in actor.permissions
        and matter.realm in actor.realms
        and (
            holds(actor.ranges, matter.place)
            or (matter.unit is not None and matter.unit == actor.unit)
        )
    )
