"""The signed words of a notice are changed by nobody but who may write notices for its place."""

import pytest
from django.db import ProgrammingError, transaction
from tests.kapok.outreach.conftest import WORDS

from kapok.outreach.models import NoticeVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(office):
    return office.sent()


@pytest.mark.parametrize("who", ["worker", "lead", "keeper", "elsewhere"])
def test_all_read_them_and_others_change_nothing(office, town, version, who):
    with office.as_(getattr(town, who)):
        seen = NoticeVersion.objects.filter(pk=version.pk)
        assert seen.exists()
        assert seen.update(title_zh="别的话") == 0
        assert seen._raw_delete(seen.db) == 0


def test_nobody_adds_words_to_a_notice_of_another_place(office, town, version):
    with office.as_(town.elsewhere), pytest.raises(ProgrammingError), transaction.atomic():
        NoticeVersion.objects.create(
            notice_id=version.notice_id, number=9, changed_zh="一", changed_en="1",
            signed_by=town.elsewhere.account, signed_role="district_command",
            signed_at=town.noon, **WORDS,
        )  # fmt: skip


def test_whoever_may_write_there_changes_them(office, town, version):
    with office.as_(town.officer):
        assert NoticeVersion.objects.filter(pk=version.pk).update(title_zh="明早九点停水") == 1
