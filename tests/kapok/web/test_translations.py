"""Everything that people read is there in Chinese, and the compiled file is the written one."""

import gettext
import re
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command

SOURCE = Path(__file__).parents[3] / "src/kapok"
PO = SOURCE / "locale/zh_Hans/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
FIELD = re.compile(r"%%|%\((\w+)\)[sd]")


def entries() -> list[dict[str, str | bool]]:
    """The written translations: msgid, msgid_plural, msgstr (all forms), and whether fuzzy."""
    found = []
    for block in PO.read_text().split("\n\n"):
        entry: dict[str, str | bool] = {"fuzzy": "#, fuzzy" in block or ", fuzzy" in block}
        key = None
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if match := re.match(r"(msg\w+(?:\[\d\])?) ", line):
                key = match[1].replace("[0]", "")
                entry[key] = ""
            if key and (text := QUOTED.search(line)):
                entry[key] = (
                    str(entry[key])
                    + text[1].encode().decode("unicode_escape").encode("latin-1").decode()
                )
        if entry.get("msgid"):
            found.append(entry)
    return found


def test_every_sentence_is_translated():
    missing = [entry["msgid"] for entry in entries() if not entry["msgstr"]]
    assert missing == []
    assert [entry["msgid"] for entry in entries() if entry["fuzzy"]] == []


def fields(text: str | bool) -> set[str]:
    """Names that are filled in; a percent sign of its own may stand in one language alone."""
    return set(FIELD.findall(str(text))) - {""}


def test_translations_fill_in_the_same_names():
    wrong = [
        entry["msgid"]
        for entry in entries()
        if fields(entry.get("msgid_plural", entry["msgid"])) != fields(entry["msgstr"])
    ]
    assert wrong == []


def test_the_compiled_file_is_the_written_one():
    with MO.open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    for entry in entries():
        if "msgid_plural" in entry:
            told = compiled.ngettext(str(entry["msgid"]), str(entry["msgid_plural"]), 2)
        elif "msgctxt" in entry:
            told = compiled.pgettext(str(entry["msgctxt"]), str(entry["msgid"]))
        else:
            told = compiled.gettext(str(entry["msgid"]))
        assert told == entry["msgstr"]


@pytest.mark.skipif(
    shutil.which("xgettext") is None,
    reason="xgettext is not installed (Debian package gettext); only it can collect the sentences.",
)
def test_no_sentence_of_the_code_is_missing_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    sources = [
        path
        for path in SOURCE.rglob("*")
        if path.suffix in {".py", ".html"} and "static" not in path.parts
    ]
    for path in sources:
        copy = tmp_path / path.relative_to(SOURCE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text())
    (tmp_path / "locale").mkdir()
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", locale=["zh_Hans"], keep_pot=True, verbosity=0)
    collected = set(
        re.findall(r'^msgid "(.+)"$', (tmp_path / "locale/django.pot").read_text(), re.M)
    )
    written = set(re.findall(r'^msgid "(.+)"$', PO.read_text(), re.M))
    assert collected - written == set()
