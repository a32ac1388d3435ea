"""The command line as a user has it."""

import sys
from dataclasses import dataclass

import pytest

from kapok import cli
from kapok.words import said_in


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str


@pytest.fixture
def kapok(monkeypatch, capsys):
    """Run ``kapok`` in this process; anything but an orderly end fails the test."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["kapok", *map(str, arguments)])
        capsys.readouterr()
        with said_in("en"), pytest.raises(SystemExit) as end:  # as where there is no page
            cli.main()
        said = capsys.readouterr()
        return Said(end.value.code, said.out, said.err)

    return run


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
