import numpy as np

from kapok_planning.curves import along_a_curve


def test_a_curve_visits_everything_once_and_quarter_by_quarter():
    side = np.arange(8.0)
    xy = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    order = along_a_curve(xy, cell=1.0)
    assert sorted(order.tolist()) == list(range(64))
    quarter = (xy[order] >= 4).astype(int) @ [1, 2]
    assert (np.diff(quarter) >= 0).all()


def test_a_curve_through_nothing_is_empty():
    assert len(along_a_curve(np.zeros((0, 2)), cell=1.0)) == 0
