"""What the comparison with the town finds wrong with a row, as English sentences without values."""

from django.utils.translation import gettext_noop as _

NO_ADDRESS = _(
    "Nobody here is meant by this row, and it has no address where a new person could be "
    "written down. Add one inside your places."
)
ALREADY_HERE = _(
    "Somebody with these papers is known outside your places. Ask whoever answers for them; "
    "the row is not taken over."
)
