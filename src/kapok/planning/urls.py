"""Addresses of plans."""

from django.urls import path

from kapok.planning.views import changes, documents, plan, plans, situation

urlpatterns = [
    path("plans/", plans.plans, name="plans"),
    path("plans/compare/", plans.compare, name="plans-compare"),
    path("plans/new/<str:planner>/", situation.new, name="plan-new"),
    path("plans/<uuid:plan_id>/", plan.plan, name="plan"),
    path("plans/<uuid:plan_id>/progress/", plan.progress, name="plan-progress"),
    path("plans/<uuid:plan_id>/situation/", situation.situation, name="plan-situation"),
    path("plans/<uuid:plan_id>/staff/", situation.staff, name="plan-staff"),
    path("plans/<uuid:plan_id>/copy/", situation.copy, name="plan-copy"),
    path("plans/<uuid:plan_id>/mend/", situation.mend, name="plan-mend"),
    path("plans/<uuid:plan_id>/discard/", situation.discard, name="plan-discard"),
    path("plans/<uuid:plan_id>/ask/", plan.ask, name="plan-ask"),
    path("plans/<uuid:plan_id>/again/", plan.again, name="plan-again"),
    path("plans/<uuid:plan_id>/stop/", plan.stop, name="plan-stop"),
    path("plans/<uuid:plan_id>/change/", changes.change, name="plan-change"),
    path("plans/<uuid:plan_id>/undo/", changes.undo, name="plan-undo"),
    path("plans/<uuid:plan_id>/put-in-force/", changes.put_in_force, name="plan-put-in-force"),
    path("plans/<uuid:plan_id>/end/", changes.end, name="plan-end"),
    path("plans/<uuid:plan_id>/document/<str:part>/", documents.document, name="plan-document"),
]
