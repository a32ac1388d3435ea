"""What an answer says, and what was written down about who looked."""

import re

from tests import factories

from kapok.access.models import Look


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def looks():
    with factories.as_owner_of_rows():
        return list(Look.objects.order_by("id").values_list("action", flat=True))
