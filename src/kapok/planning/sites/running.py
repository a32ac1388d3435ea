"""The work of ``kapok site``: a description in, waits, staff, seats, layout and replay out."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from kapok.engines.choosing import Choice, opened
from kapok.errors import Refused
from kapok.places.files.inputs import warn
from kapok.places.files.writing import CannotWrite, check_can_write
from kapok.planning.planner import Ask
from kapok.planning.sites import layouts, replays, telling
from kapok.planning.sites.outcome import Outcome, plan_site
from kapok.planning.sites.pictures import ENDINGS as PICTURE_ENDINGS
from kapok.planning.sites.pictures import draw
from kapok.planning.sites.reading import Description, read_site
from kapok.planning.sites.writing import Answer, tell, write
from kapok.words import gettext as _
from kapok_planning.spreading import Spread

ENDINGS = (".csv", ".json")


@dataclass(frozen=True)
class Asked:
    """The options of ``kapok site``."""

    file: Path
    output: Path | None
    picture: Path | None
    layout: Path | None
    replay: Path | None
    size: bool
    least: int
    n_days: int
    budget: str
    seed: int
    engine: Choice
    as_json: bool

    @property
    def outputs(self) -> list[Path]:
        """Files that are written, in this order."""
        some = (self.output, self.picture, self.layout, self.replay)
        return [path for path in some if path is not None]


def run(asked: Asked) -> None:
    """Simulate, and plan if asked. Raises ``Refused``; nothing is written then."""
    _check_outputs(asked)
    read = read_site(asked.file)
    if not read.has_staff and not asked.size:
        raise Refused(
            _(
                "%(file)s: not every station has “staff” or “seats”, so nothing can be said of "
                "them; give them, or let --size find the least."
            )
            % {"file": asked.file}
        )
    with opened(asked.engine) as spread:
        answer = _answer(asked, read, spread)
    if asked.output:
        write(asked.output, answer)
    if asked.picture:
        draw(asked.picture, answer.read, answer.shown)
    if asked.layout:
        layouts.write(asked.layout, answer.read, answer.shown)
    if asked.replay:
        replays.write(asked.replay, answer.read, answer.shown)
    sys.stdout.write(tell(answer, as_json=asked.as_json))
    if not asked.as_json:
        for path in asked.outputs:
            sys.stdout.write(_("Written to %(file)s") % {"file": path} + "\n")


def _check_outputs(asked: Asked) -> None:
    wanted = (
        (asked.output, ENDINGS),
        (asked.picture, PICTURE_ENDINGS),
        (asked.layout, (".svg",)),
        (asked.replay, (".html",)),
    )
    before: list[Path] = []
    for path, endings in wanted:
        if path is None:
            continue
        if path.suffix.lower() not in endings:
            said = {"file": path, "endings": ", ".join(endings)}
            raise CannotWrite(_("%(file)s must end in one of: %(endings)s.") % said)
        check_can_write(path, asked.file, *before)
        before.append(path)


def _answer(asked: Asked, read: Description, spread: Spread) -> Answer:
    given = None
    if read.has_staff:
        given = _outcome(asked, replace(read, finds_least=False), spread)
    least = None
    if asked.size:
        least = _outcome(asked, replace(read, finds_least=True, least=asked.least), spread)
        if least.sizing and not least.sizing.is_verified:
            warn(telling.least_lines(read, least)[1])
    return Answer(read, given, least)


def _outcome(asked: Asked, read: Description, spread: Spread) -> Outcome:
    with tqdm(desc="Plans", unit="step", disable=None, leave=False) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        ask = Ask(seed=asked.seed, budget=asked.budget, spread=spread, on_progress=advance)
        try:
            return plan_site(read, ask, n_days=asked.n_days)
        except Refused as refusal:
            raise Refused(f"{asked.file}: {refusal}") from None
