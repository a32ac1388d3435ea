"""The command line: lazy, and never a traceback for a refusal."""

import subprocess
import sys

import pytest

from kapok import cli
from kapok.errors import NotAllowed, Refused


def test_help_names_every_command_and_loads_none_of_them():
    said = _python(
        "import sys; sys.argv = ['kapok', '--help']\n"
        "from kapok import cli\n"
        "try:\n    cli.main()\n"
        "finally:\n"
        "    heavy = {'django', 'numpy', 'polars', 'psycopg', 'granian'} & set(sys.modules)\n"
        "    print('loaded:', sorted(heavy))\n"
    )

    assert all(name in said.stdout for name in cli.COMMANDS)
    assert "loaded: []" in said.stdout


@pytest.mark.parametrize("refusal", [Refused("The well is dry."), NotAllowed("The well is dry.")])
def test_a_refusal_is_one_sentence_and_status_1(capsys, refusal):
    def refuse():
        raise refusal

    assert cli._run(refuse) == 1
    assert capsys.readouterr().err == "The well is dry.\n"


def test_ctrl_c_is_one_sentence_and_status_130(capsys):
    def stop():
        raise KeyboardInterrupt

    assert cli._run(stop) == 130
    assert capsys.readouterr().err == "\nStopped; nothing was written.\n"


def test_a_bug_is_not_hidden():
    def crash():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cli._run(crash)


@pytest.mark.parametrize("words", [["nonsense"], ["up", "--nonsense"]])
def test_what_is_not_understood_is_status_2_with_the_usage(words):
    said = _python(f"import sys; sys.argv = ['kapok', *{words}]\nfrom kapok import cli; cli.main()")

    assert said.returncode == 2
    assert "Usage: kapok" in said.stderr
    assert "Traceback" not in said.stderr


def _python(code):
    return subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
