"""Addresses of the workforce: the lead's pages, the post, one's own work."""

from django.urls import path

from kapok.workforce.views import appointing, hours, lead, lists, posts, teams

urlpatterns = [
    path("workforce/", lead.overview, name="staff"),
    path("workforce/people/", lead.people, name="staff-people"),
    path("workforce/people/<uuid:account_id>/", lead.person, name="staff-person"),
    path("workforce/people/<uuid:account_id>/file/", teams.keep, name="staff-keep"),
    path("workforce/vacancies/", lead.vacancies, name="staff-vacancies"),
    path("workforce/grids/", lead.grids, name="staff-grids"),
    path("workforce/handovers/", lead.handovers, name="staff-handovers"),
    path("workforce/load/", lead.load, name="staff-load"),
    path("workforce/appoint/", appointing.appoint, name="staff-appoint"),
    path(
        "workforce/appointments/<uuid:appointment_id>/",
        appointing.appointment,
        name="staff-appointment",
    ),
    path("workforce/lists/", lists.lists, name="staff-lists"),
    path("workforce/lists/template.xlsx", lists.template, name="staff-template"),
    path("workforce/lists/<uuid:list_id>/", lists.one_list, name="staff-list"),
    path("workforce/lists/<uuid:list_id>/settle/", lists.settle_list, name="staff-list-settle"),
    path("workforce/lists/<uuid:list_id>/problems.xlsx", lists.problems, name="staff-problems"),
    path("workforce/teams/", teams.teams, name="staff-teams"),
    path("workforce/teams/<uuid:team_id>/", teams.team, name="staff-team"),
    path("workforce/teams/<uuid:team_id>/end/", teams.end_team, name="staff-team-end"),
    path("workforce/posts/", posts.posts, name="staff-posts"),
    path("workforce/posts/<uuid:post_id>/", posts.post, name="staff-post"),
    path("workforce/posts/<uuid:post_id>/poster/", posts.poster, name="staff-poster"),
    path("workforce/posts/<uuid:post_id>/change/", posts.change, name="staff-post-change"),
    path("workforce/calls/<uuid:call_id>/withdraw/", posts.withdraw, name="staff-call-withdraw"),
    path("workforce/briefings/", posts.briefings, name="staff-briefings"),
    path("workforce/hours/", hours.hours, name="staff-hours"),
    path("workforce/hours/<uuid:entry_id>/", hours.correct, name="staff-hours-correct"),
    path("my-work/", hours.my_work, name="my-work"),
    path("my-work/word/", hours.my_word, name="my-word"),
    path("my-work/certificate/", hours.certificate, name="my-certificate"),
    path("posts/", hours.code, name="post-code"),
    path("posts/<str:token>/", hours.here, name="post-here"),
]
