"""Who uses Kapok."""

import pytest

from kapok.access.models import User


@pytest.mark.django_db
def test_a_person_is_shown_by_name_and_by_account_without_one():
    named = User.objects.create(username="li", name="李主任")
    unnamed = User.objects.create(username="wu")

    assert (str(named), str(unnamed)) == ("李主任", "wu")
