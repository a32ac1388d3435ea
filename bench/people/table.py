"""The figures as Markdown."""

import statistics

from bench.people.searching import Times

HEAD = (
    "| looked for by | answers | whoever was meant | database p50 | p95 | page p50 | p95 |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def markdown(found: list[Times]) -> str:
    """One row for each kind of search; milliseconds."""
    return "\n".join([HEAD, *(_row(times) for times in found)])


def _row(times: Times) -> str:
    n = len(times.database)
    cells = [
        times.kind,
        f"{times.n_answers / n:.1f}",
        f"{times.n_hits / n:.0%}",
        *(
            f"{_quantile(seconds, share) * 1_000:.0f} ms"
            for seconds in (times.database, times.page)
            for share in (50, 95)
        ),
    ]
    return f"| {' | '.join(cells)} |"


def _quantile(seconds: list[float], share: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[share - 1]
