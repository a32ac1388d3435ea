"""Addresses about who somebody is and how pages look."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from kapok.access import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", login_not_required(LogoutView.as_view()), name="sign-out"),
    path("act-as/", views.act_as, name="act-as"),
    path("theme/", views.set_theme, name="theme"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("health/", views.health, name="health"),
]
