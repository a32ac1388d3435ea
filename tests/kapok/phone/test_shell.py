"""The files of the phone app: all are kept, none is personal, each sentence is there."""

import json
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from kapok.phone import sentences, shell, words

SCRIPTS = Path(str(finders.find("phone/app.js"))).parent
# t("…"), count(n, "one", "many"), and what stands behind a question mark inside t(…)
SAID = re.compile(r'\bt\(\s*(?:n === 1 \? )?"((?:[^"\\]|\\.)*)"')
COUNTED = re.compile(r'\bcount\([^"]*?"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"')
LOADED = re.compile(r"""(?:from|import|Worker\(|importScripts\()\s*\(?["']([^"']+\.m?js)["']""")


def said() -> set[str]:
    found: set[str] = set()
    for path in SCRIPTS.rglob("*.js"):
        text = path.read_text()
        found |= set(SAID.findall(text))
        found |= {sentence for pair in COUNTED.findall(text) for sentence in pair}
    return found


def test_every_sentence_of_the_scripts_meets_gettext_and_none_is_left_over():
    assert said() - set(sentences.SENTENCES) == set()
    assert set(sentences.SENTENCES) - said() == set()


def test_every_script_that_a_script_loads_is_kept_for_offline():
    kept = {each.url for each in shell.kept(b"")}
    for path in SCRIPTS.rglob("*.js"):
        here = f"/static/phone/{path.relative_to(SCRIPTS).parent.as_posix()}/"
        for name in LOADED.findall(path.read_text()):
            assert urljoin(here, name) in kept, (path.name, name)


def test_the_scripts_are_short():
    long = [p.name for p in SCRIPTS.rglob("*.js") if len(p.read_text().splitlines()) > 300]
    assert long == []


@pytest.mark.django_db
def test_a_changed_file_is_a_new_version(client, monkeypatch):
    before = client.get("/my/sw.js").content
    known = shell.hashed
    assert client.get("/my/sw.js").content == before
    monkeypatch.setattr(shell, "hashed", lambda content: known(content + b"!"))
    assert client.get("/my/sw.js").content != before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/my/", "/my/sw.js", "/my/manifest.webmanifest", "/my/words/en.json"]
)
def test_the_shell_is_the_same_for_everybody(client, django_user_model, path):
    stranger = client.get(path)
    assert stranger.status_code == 200
    client.force_login(django_user_model.objects.create_user("worker", name="王网格员"))
    assert client.get(path).content == stranger.content
    assert "王网格员" not in client.get(path).content.decode()


@pytest.mark.django_db
def test_the_token_is_for_who_is_signed_in(client, django_user_model):
    assert client.get(reverse("phone-token")).status_code == 401
    user = django_user_model.objects.create_user("worker", name="王")
    client.force_login(user)
    answer = client.get(reverse("phone-token"))
    assert answer.json()["account"] == str(user.pk)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_words_come_in_both_languages_and_no_other(client):
    assert words.words("en")["moves"]["finish"]["ends"] == "DONE"
    assert words.words("zh-hans")["sentences"]["Sign in"] == "登录"
    assert client.get("/my/words/fr.json").status_code == 404


@pytest.mark.django_db
def test_the_manifest_names_icons_that_are_there(client):
    said = json.loads(client.get("/my/manifest.webmanifest").content)
    assert said["scope"] == said["start_url"] == "/my/"
    for icon in said["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon
