"""spopt, whose regionalisers know a floor at most."""

import warnings

import geopandas as gpd
import numpy as np
from libpysal.weights import W
from sklearn.metrics.pairwise import euclidean_distances
from spopt.region import MaxPHeuristic, Skater

from bench.grids.instances import BOUNDS, Instance, Labels, Piece
from bench.grids.methods import Cut, Draw, by_part, numbered

N_STARTS = (
    5  # of MaxP's growing, and one annealing of each best: its defaults, 999 and 10, take hours
)
N_ANNEALINGS = 1
FEWEST_BUILDINGS = 0.6  # of the mean number of buildings of a grid, for SKATER


def prepare(instance: Instance, variant: str) -> Draw:
    """Positions are the attributes to be alike in; neither method has a ceiling."""
    return by_part(instance, {"maxp": maxp, "skater": skater}[variant])


def maxp(piece: Piece) -> Cut:
    """As many grids of at least 300 households as there can be; the number is the method's own."""
    frame = gpd.GeoDataFrame(
        {"x": piece.xy_m[:, 0], "y": piece.xy_m[:, 1], "households": piece.households},
        geometry=gpd.points_from_xy(*piece.xy_m.T),
    )
    weights = weights_of(piece)

    def cut(seed: int) -> Labels:
        np.random.seed(seed)  # noqa: NPY002 - the library knows no other way
        model = MaxPHeuristic(
            frame,
            weights,
            ["x", "y"],
            "households",
            BOUNDS.low,
            top_n=2,
            max_iterations_construction=N_STARTS,
            max_iterations_sa=N_ANNEALINGS,
        )
        model.solve()
        return numbered(np.asarray(model.labels_))

    return cut


def skater(piece: Piece) -> Cut:
    """Our number of grids by pruning one spanning tree, each of enough buildings."""
    frame = gpd.GeoDataFrame(
        {"x": piece.xy_m[:, 0], "y": piece.xy_m[:, 1]},
        geometry=gpd.points_from_xy(*piece.xy_m.T),
    )
    weights = weights_of(piece)
    floor = int(FEWEST_BUILDINGS * len(piece.buildings) / piece.n_grids)
    options = {"dissimilarity": euclidean_distances, "affinity": None}
    options |= {"reduction": np.sum, "center": np.mean, "verbose": 0}

    def cut(seed: int) -> Labels:
        model = Skater(
            frame,
            weights,
            ["x", "y"],
            n_clusters=piece.n_grids,
            floor=floor,
            spanning_forest_kwds=options,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # fewer regions than asked for show in the table
            model.solve()
        return numbered(np.asarray(model.labels_))

    return cut


def weights_of(piece: Piece) -> W:
    """The piece's neighbours as spopt takes them."""
    rows = np.split(piece.indices, piece.indptr[1:-1])
    return W({node: row.tolist() for node, row in enumerate(rows)}, silence_warnings=True)
