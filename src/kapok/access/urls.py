"""Addresses about who somebody is and how pages look.

django-allauth knows its pages by the names that begin with account, mfa, socialaccount and openid;
only those that Kapok needs are here.
"""

from allauth.account import views as allauth
from allauth.mfa.base import views as codes
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as services
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from kapok.access import account_views, oidc, phone_views, views

SIGN_IN = [
    path("", views.SignIn.as_view(), name="sign-in"),
    path("", views.SignIn.as_view(), name="account_login"),
    path("closed/", allauth.account_inactive, name="account_inactive"),
    path("second-factor/", codes.authenticate, name="mfa_authenticate"),
    path("passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("service/cancelled/", services.login_cancelled, name="socialaccount_login_cancelled"),
    path("service/<slug:provider_id>/", oidc.begin, name="openid_connect_login"),
    path("service/<slug:provider_id>/back/", oidc.come_back, name="openid_connect_callback"),
]
SECOND_FACTOR = [
    path("", account_views.second_factors, name="mfa_index"),
    path("app/", totp.activate_totp, name="mfa_activate_totp"),
    path("app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/", account_views.second_factors, name="mfa_list_webauthn"),
    path("passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
]
ACCOUNT = [
    path("", account_views.account, name="account"),
    path("confirm/", allauth.reauthenticate, name="account_reauthenticate"),
    path("confirm/code/", codes.reauthenticate, name="mfa_reauthenticate"),
    path("confirm/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("password/", allauth.password_change, name="account_change_password"),
    path("password/first/", allauth.password_set, name="account_set_password"),
    path(
        "set-up/<slug:uidb36>/<str:key>/",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("service/", services.connections, name="socialaccount_connections"),
    path("second-factor/", include(SECOND_FACTOR)),
    path("sessions/<int:session_id>/end/", account_views.end_session, name="session-end"),
    path("sessions/end-others/", account_views.end_other_sessions, name="sessions-end-others"),
]
RESIDENT = [
    path("sign-in/", phone_views.sign_in, name="resident-sign-in"),
    path("sign-in/code/", phone_views.enter_code, name="resident-code"),
    path("sign-out/", phone_views.sign_out, name="resident-sign-out"),
]
urlpatterns = [
    path("sign-in/", include(SIGN_IN)),
    path("sign-out/", allauth.logout, name="sign-out"),
    path("sign-out/", allauth.logout, name="account_logout"),
    path("account/", include(ACCOUNT)),
    path("act-as/", views.act_as, name="act-as"),
    path("own/", include(RESIDENT)),
    path("outbox/", phone_views.outbox, name="outbox"),
    path("theme/", views.set_theme, name="theme"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("health/", views.health, name="health"),
    path("", include("kapok.access.oversight.urls")),
]
