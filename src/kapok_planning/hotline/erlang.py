"""Erlang's formulas: exact recursions, no tables."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gamma, gammaincc

from kapok_planning.hotline.kernels import N_FIGURES, blocked, figures

FloatArray = NDArray[np.float64]
SMALL_LOAD = 2.0
CLOSE = 1e-14


def _check(load: float, servers: float) -> None:
    if not (np.isfinite(load) and load >= 0):
        raise ValueError(f"load = {load} must be finite and not negative.")
    if not (np.isfinite(servers) and servers >= 0):
        raise ValueError(f"servers = {servers} must be finite and not negative.")


def erlang_b(load: float, servers: int) -> float:
    """Share of callers who find all lines busy and are lost.

    Parameters
    ----------
    load
        Calls in a mean handling time [Erlang].
    servers
        Lines.

    Returns
    -------
    float
        Between 0 and 1.

    Examples
    --------
    >>> round(erlang_b(10.0, 10), 6)
    0.214582
    """
    _check(load, servers)
    return float(blocked(float(load), int(servers)))


def erlang_b_between(load: float, servers: float) -> float:
    """Erlang B of a number of lines that need not be whole, as Wilkinson's method asks for.

    Rests on ``1 / B(x, a) = a * integral of exp(-a t) (1 + t)^x``, by incomplete gamma functions
    or their continued fraction where those would underflow, and the recursion from there.

    Examples
    --------
    >>> round(erlang_b_between(10.0, 10.0), 6), round(erlang_b_between(10.0, 9.5), 6)
    (0.214582, 0.243032)
    """
    _check(load, servers)
    whole = int(servers)
    part = servers - whole
    if load == 0.0:
        return 0.0 if servers > 0 else 1.0
    share = _at_part(load, part)
    for k in range(1, whole + 1):
        share = load * share / (k + part + load * share)
    return share


def _at_part(load: float, part: float) -> float:
    """Erlang B of between none and one line."""
    if part == 0.0:
        return 1.0
    if load < SMALL_LOAD:
        upper = float(gammaincc(part + 1.0, load) * gamma(part + 1.0))
        return float(load**part * np.exp(-load) / upper)
    s = part + 1.0  # Lentz's continued fraction of the upper incomplete gamma function
    b = load + 1.0 - s
    d = 1.0 / b
    c, h = 1e300, d
    for i in range(1, 10_000):
        an = -i * (i - s)
        b += 2.0
        d = 1.0 / (an * d + b)
        c = b + an / c
        h *= d * c
        if abs(d * c - 1.0) < CLOSE:
            break
    return float(1.0 / (load * h))


def erlang_c(load: float, servers: int) -> float:
    """Share of callers who wait, where all wait until they are served; 1 for a queue without end.

    Examples
    --------
    >>> round(erlang_c(8.0, 10), 6), erlang_c(10.0, 10)
    (0.40918, 1.0)
    """
    _check(load, servers)
    return float(_figures(load, servers, 0.0, 0.0)[0])


def erlang_a(
    load: float, servers: int, patience: float, within: float
) -> tuple[float, float, float, float]:
    """Callers who give up: shares that wait, are served in time, give up; and the mean queue.

    Parameters
    ----------
    load
        Calls in a mean handling time [Erlang].
    servers
        Agents.
    patience
        Mean patience [mean handling times], exponential.
    within
        Time in which a call should be answered [mean handling times].

    Examples
    --------
    >>> [round(x, 6) for x in erlang_a(10.0, 10, 1.0, 0.1)]
    [0.54207, 0.575127, 0.12511, 1.2511]
    """
    _check(load, servers)
    if not patience > 0:
        raise ValueError(f"patience = {patience} must be over 0.")
    found = _figures(load, servers, 1.0 / patience, within)
    return float(found[0]), float(found[1]), float(found[2]), float(found[3])


def _figures(load: float, servers: int, theta: float, within: float) -> FloatArray:
    out = np.zeros(N_FIGURES)
    share = blocked(float(load), int(servers))
    figures(float(load), int(servers), share, float(theta), float(within), out)
    return out
