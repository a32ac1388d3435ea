"""The file of the how-to page is a pack: whoever copies it keeps it."""

import re
from pathlib import Path

from kapok.packs.documents import read

HOW_TO = Path(__file__).parents[3] / "docs/how-to/packs.md"
[TEXT] = re.findall(r"^```yaml\n(.*?)^```$", HOW_TO.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_the_file_of_the_documentation_has_no_fault():
    found = read(TEXT)
    assert found.faults == ()
    [kind] = found.body.kinds
    assert (kind.code, kind.kept_days("nothing_found")) == ("water_in_house", 30)


def test_the_sentence_of_the_documentation_is_what_kapok_says():
    wrong = read(TEXT.replace("realm: SERVICE ", "realm: SERVICES "))
    said = "“SERVICES” is not known here. Did you mean “SERVICE”?"
    assert [fault.sentence for fault in wrong.faults] == [said]
    assert said in HOW_TO.read_text("utf-8")
