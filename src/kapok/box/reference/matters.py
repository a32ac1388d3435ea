"""The page of the life of matters: every move, from where, by whom, with what."""

from collections.abc import Iterator

BY = {
    "ANYBODY": "whoever sees it",
    "HANDLER": "whom it was given to; a grid worker where nobody has it",
    "DESK": "the desk of its place",
    "CHECKER": "the desk, but nobody who reported, had or finished it",
    "REPORTER": "who reported it, by account or tracking code",
    "BOX": "rules and clocks",
}


def lines() -> Iterator[str]:
    """The table of moves, and the states."""
    from kapok.matters.workflow import ENDED, MOVES, State

    yield "# The life of a matter\n"
    yield (
        "Every matter has these states and moves, whatever its kind; packs say what it asks, who "
        "may do more, and how long it may take. A move that adds is never in conflict with what "
        "others did meanwhile.\n"
    )
    yield "| state | in English | ended |\n| --- | --- | --- |"
    for state in State:
        yield f"| `{state.value}` | {state.label} | {'yes' if state in ENDED else ''} |"
    yield "\n| move | in English | from | to | by | permission | needs | adds |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for move in MOVES.values():
        starts = ", ".join(f"`{state.value}`" for state in State if state in move.starts)
        cells = [
            f"`{move.name}`",
            str(move.label),
            starts or "–",
            f"`{move.ends}`" if move.ends else "as it is",
            "; ".join(BY[by] for by in sorted(move.by)),
            f"`{move.permission}`",
            ", ".join(f"`{part}`" for part in sorted(move.needs)),
            "yes" if move.adds else "",
        ]
        yield "| " + " | ".join(cells) + " |"
    yield ""
