"""Addresses of the online home. Those on posters are short, since they are typed from a wall."""

from django.urls import path

from kapok.portal.views import (
    bookings,
    home,
    keep,
    mandates,
    moves,
    needs,
    own,
    phone,
    posters,
    screening,
    told,
)

RESIDENTS = [
    path("c/", home.find, name="portal-find"),
    path("c/look/", home.look, name="portal-look"),
    path("c/<slug:door>/", home.home, name="portal-home"),
    path("c/<slug:door>/phone/", phone.sign_in, name="portal-phone"),
    path("c/<slug:door>/phone/code/", phone.enter_code, name="portal-phone-code"),
    path("c/<slug:door>/phone/leave/", phone.sign_out, name="portal-phone-leave"),
    path("c/<slug:door>/help/", needs.choose, name="portal-help"),
    path("c/<slug:door>/help/done/", needs.done, name="portal-help-done"),
    path("c/<slug:door>/help/<slug:need>/", needs.ask, name="portal-help-form"),
    path("c/<slug:door>/check/", screening.report, name="portal-check"),
    path("c/<slug:door>/check/done/", told.done, name="portal-check-done"),
    path("c/<slug:door>/check/<uuid:said>/forget/", screening.forget, name="portal-check-forget"),
    path("c/<slug:door>/book/", bookings.choose, name="portal-slots"),
    path("c/<slug:door>/book/code/", bookings.find, name="portal-booking-code"),
    path("c/<slug:door>/book/cancel/", bookings.cancel, name="portal-booking-cancel"),
    path("c/<slug:door>/book/<uuid:slot>/", bookings.book, name="portal-book"),
    path("c/<slug:door>/booked/<uuid:booking>/", bookings.show, name="portal-booking"),
    path("c/<slug:door>/for/", mandates.record, name="portal-for"),
    path("c/<slug:door>/for/<uuid:mandate>/end/", mandates.end, name="portal-for-end"),
    path("c/<slug:door>/track/", own.track, name="portal-track"),
    path("c/<slug:door>/track/withdraw/", moves.move, {"name": "withdraw"}, "portal-withdraw"),
    path("c/<slug:door>/track/reopen/", moves.move, {"name": "reopen"}, "portal-reopen"),
    path("c/<slug:door>/track/rate/", moves.move, {"name": "rate"}, "portal-rate"),
    path("c/<slug:door>/own/", own.mine, name="portal-own"),
    path("c/<slug:door>/own/<uuid:matter_id>/", moves.show, name="portal-own-request"),
]
KEEPERS = [
    path("portal/", keep.choose, name="portal-keep"),
    path("portal/<int:code>/", keep.show, name="portal-kept"),
    path("portal/<int:code>/posters/", posters.show, name="portal-posters"),
    path("portal/<int:code>/stairwells/", keep.stairwells, name="portal-stairwells"),
    path("portal/<int:code>/phones/", keep.announce, name="portal-phone-add"),
    path(
        "portal/<int:code>/phones/<uuid:phone>/remove/", keep.withdraw, name="portal-phone-remove"
    ),
    path(
        "portal/<int:code>/helpers/<uuid:mandate>/end/", keep.end_mandate, name="portal-helper-end"
    ),
]
urlpatterns = RESIDENTS + KEEPERS
