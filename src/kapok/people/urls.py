"""Addresses about people. None holds a name or a number: only opaque keys."""

from django.urls import path

from kapok.people.views import changes, comings, duties, files, find, own

PEOPLE = [
    path("people/", find.people, name="people"),
    path("people/purpose/", find.choose_purpose, name="people-purpose"),
    path("people/new/", comings.add_person, name="person-add"),
    path("people/registers/", duties.registers, name="registers"),
    path("people/requests/", duties.rights, name="rights-requests"),
    path("people/requests/<uuid:request_id>/", duties.answer_request, name="rights-answer"),
    path("people/emergency-looks/", duties.looks, name="emergency-looks"),
    path("people/emergency-looks/new/", duties.break_glass, name="break-glass"),
    path("people/emergency-looks/<uuid:glass_id>/", duties.judge_look, name="judge-look"),
    path("people/merges/<uuid:merge_id>/undo/", comings.undo_merge, name="merge-undo"),
    path("people/households/<uuid:household_id>/", files.household, name="household"),
    path(
        "people/households/<uuid:household_id>/show/",
        files.reveal_household,
        name="household-show",
    ),
    path(
        "people/households/<uuid:household_id>/change/",
        comings.change_household,
        name="household-change",
    ),
    path("people/<uuid:person_id>/", files.person, name="person"),
    path("people/<uuid:person_id>/show/", files.reveal_person, name="person-show"),
    path("people/<uuid:person_id>/history/", files.person_history, name="person-history"),
    path("people/<uuid:person_id>/history/show/", files.reveal_history, name="person-history-show"),
    path("people/<uuid:person_id>/merge/", comings.merge, name="person-merge"),
    path("people/<uuid:person_id>/change/<slug:what>/", changes.change, name="person-change"),
    path(
        "people/<uuid:person_id>/change/<slug:what>/<uuid:item>/",
        changes.change,
        name="person-change-item",
    ),
]
MY = [
    path("own/", own.mine, name="own"),
    path("own/copy.json", own.copy, name="own-copy"),
    path("own/copy/", own.printable, name="own-printable"),
    path("own/<uuid:person_id>/ask/", own.ask, name="own-ask"),
    path("own/<uuid:person_id>/agree/", own.agree, name="own-agree"),
    path("own/<uuid:person_id>/change/<slug:what>/", own.change, name="own-change"),
    path(
        "own/<uuid:person_id>/contacts/<uuid:contact_id>/remove/",
        own.remove_contact,
        name="own-contact-remove",
    ),
    path(
        "own/<uuid:person_id>/consents/<uuid:consent_id>/withdraw/",
        own.withdraw,
        name="own-withdraw",
    ),
]
urlpatterns = PEOPLE + MY
