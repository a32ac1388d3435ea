"""Posts, their posters, and the texts that tell the risks."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.workforce.models import Briefing, HoursEntry, Post
from kapok.workforce.operations.staffing import areas_of
from kapok.workforce.workflow import HoursStatus


@transaction.atomic
def make_post(
    *,
    name: str,
    code: int,
    risk: int = 0,
    adults_only: bool = False,
    briefing_id: UUID | None = None,
    renews_daily: bool = False,
    by: User | None,
    at: datetime,
) -> Post:
    """Make a post in an area. Dangerous work needs a text that tells its risks."""
    [(place, _level, _name)] = areas_of([code])
    scope.require(Permission.TEAM_MANAGE, place)
    if risk and briefing_id is None:
        raise Refused(_("Tell the risks of dangerous work: choose a text, or write one first."))
    try:
        with transaction.atomic():
            return Post.objects.create(
                name=name.strip(),
                place=place,
                risk=risk,
                adults_only=adults_only,
                briefing_id=briefing_id,
                renews_daily=renews_daily,
                made_by=by,
                made_at=at,
            )
    except IntegrityError as error:
        raise Refused(
            _("There is a post “%(name)s” here already. Choose another name.") % {"name": name}
        ) from error


@transaction.atomic
def renew_poster(*, post_id: UUID, by: User | None, at: datetime) -> Post:
    """Make all posters of a post void that were printed so far: one was copied or lost."""
    post = _post(post_id)
    Post.objects.filter(pk=post.pk).update(poster=F("poster") + 1)
    post.refresh_from_db()
    return post


@transaction.atomic
def close_post(*, post_id: UUID, by: User | None, at: datetime) -> Post:
    """Close a post, once everybody has left it."""
    post = _post(post_id)
    n = HoursEntry.objects.filter(post=post, status=HoursStatus.OPEN).count()
    if n:
        raise Refused(
            _("%(n)d people are still checked in here. Write down when they left, then close it.")
            % {"n": n}
        )
    post.closed_at = at
    post.save(update_fields=["closed_at"])
    return post


@transaction.atomic
def make_briefing(*, title: str, text: str, code: int, by: User | None, at: datetime) -> Briefing:
    """Write a text that tells risks; the same title again is a new version, to be read anew.

    The posts of the older version show the new one from now on.
    """
    [(place, _level, _name)] = areas_of([code])
    scope.require(Permission.TEAM_MANAGE, place)
    title = title.strip()
    older = Briefing.objects.select_for_update().filter(place=place, title=title)
    keys = [row.pk for row in older]
    last = Briefing.objects.filter(pk__in=keys).aggregate(last=Max("version"))["last"] or 0
    try:
        with transaction.atomic():
            made = Briefing.objects.create(
                title=title,
                text=text.strip(),
                version=last + 1,
                place=place,
                made_by=by,
                made_at=at,
            )
    except IntegrityError as error:
        raise Refused(
            _("Somebody writes a version of “%(title)s” at this moment. Look at it first.")
            % {"title": title}
        ) from error
    Post.objects.filter(briefing__in=keys, closed_at=None).update(briefing=made)
    return made


def _post(post_id: UUID) -> Post:
    post = Post.objects.select_for_update().filter(pk=post_id).first()
    if post is None:
        raise NotAllowed(_("This post lies outside your places."))
    scope.require(Permission.TEAM_MANAGE, post.place)
    if post.closed_at is not None:
        raise Refused(_("The post “%(name)s” is closed.") % {"name": post})
    return post
