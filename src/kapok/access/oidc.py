"""Signing in through another service, with the signature of its answer always checked."""

from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase


class SignedAnswers(OpenIDConnectOAuth2Adapter):
    """allauth trusts an answer that came over TLS; here its signature must be right as well."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )


@login_not_required
def begin(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Off to the other service (after a page that says so, where the link was only followed)."""
    return _answer(OAuth2LoginView, request, provider_id)


@login_not_required
def come_back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Back from the other service, with its answer."""
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(view: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    try:
        return view.adapter_view(SignedAnswers(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
