"""Who goes to which post, once it is known who works when: solved exactly, shift by shift."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from kapok_planning.rosters.kernels import Data
from kapok_planning.rosters.problem import BoolArray, IntArray

NEVER = 1e7


def settle_posts(data: Data, duty: IntArray, members: BoolArray, nobody_from: int) -> None:
    """Give the people of each shift of each day the posts with the shortest ways, in place.

    Only ``members`` whose day is still free change, and only among each other's roles: no rule on
    hours or rest, nobody's nights and no empty seat is touched.
    """
    shifts = data.times.shape[1]
    for day in range(duty.shape[1]):
        movable = members & data.free[:, day] & (duty[:nobody_from, day] >= 0)
        who = np.flatnonzero(movable)
        shift = duty[who, day] % shifts
        for s in np.unique(shift).tolist():
            here = who[shift == s]
            if len(here) > 1:
                _settle(data, duty, here, day, shifts)


def _settle(
    data: Data, duty: IntArray, here: IntArray, day: int,
    shifts: int,
) -> None:  # fmt: skip
    codes = duty[here, day]
    price = data.price[here[:, None], codes[None, :] // shifts].astype(np.float64)
    price = np.where(np.isfinite(price), price, NEVER)
    rows, columns = linear_sum_assignment(price)
    if price[rows, columns].sum() < np.trace(price) - 1e-9:
        duty[here[rows], day] = codes[columns]
