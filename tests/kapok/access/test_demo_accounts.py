"""Demo accounts, whose passwords are printed, open nothing where other machines can come in."""

import pytest
from allauth.account.adapter import get_adapter
from django.urls import reverse
from django.utils import translation

from kapok.access.models import User
from kapok.errors import NotAllowed

pytestmark = pytest.mark.django_db
SAYS = "Demo accounts open nothing where other machines can come in."


@pytest.fixture
def _is_demo(chen):
    User.objects.update(is_demo=True)


@pytest.fixture
def _others_come_in(settings):
    settings.IS_BEYOND = True


@pytest.mark.usefixtures("_is_demo")
class TestADemoAccount:
    def test_signs_in_on_the_machine_itself(self, sign_in):
        assert sign_in().status_code == 302

    @pytest.mark.usefixtures("_others_come_in")
    def test_is_refused_with_why(self, sign_in):
        answer = sign_in()

        assert answer.status_code == 422
        assert SAYS in answer.context["form"].non_field_errors()[0]

    @pytest.mark.usefixtures("_others_come_in")
    def test_is_not_told_so_without_the_right_password(self, sign_in):
        answer = sign_in(password="wrong")

        assert SAYS not in answer.context["form"].non_field_errors()[0]

    @pytest.mark.usefixtures("_others_come_in")
    def test_is_refused_by_passkey_link_or_another_service_too(self, rf, chen):
        chen.refresh_from_db()
        how = {"email_verification": "none", "signal_kwargs": None, "email": None}

        with pytest.raises(NotAllowed), translation.override("en"):
            get_adapter().pre_login(rf.get("/"), chen, signup=False, redirect_url=None, **how)

    def test_loses_its_session_when_others_come_in(self, sign_in, english, settings):
        sign_in()
        assert english.get(reverse("account")).status_code == 200

        settings.IS_BEYOND = True

        assert english.get(reverse("account")).status_code == 302

    @pytest.mark.usefixtures("_others_come_in")
    def test_is_not_shown_beside_the_form(self, english):
        assert english.get("/sign-in/").context["demo_accounts"] == []


@pytest.mark.usefixtures("_others_come_in")
def test_other_accounts_sign_in_as_before(sign_in, chen):
    assert sign_in().status_code == 302
