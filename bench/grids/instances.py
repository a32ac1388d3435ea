"""The towns that every method draws, and the neighbours that are given to all alike."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from kapok.samples import benches, planes
from kapok.samples.singapore.files import read
from kapok.samples.singapore.town import singapore as town_of_singapore
from kapok_planning.grids import Bounds, Links, Town, link_buildings

BOUNDS = Bounds(300, 500)

WARM_UP = "warm-up"

Labels = NDArray[np.int32]


@dataclass(frozen=True)
class Source:
    """Where an instance comes from."""

    title: str
    make: Callable[[int, Path | None], tuple[Town, NDArray[Any]]]
    is_real: bool = False


@dataclass(frozen=True)
class Instance:
    """A town with its neighbours, and what finding them cost.

    Attributes
    ----------
    links
        Neighbours inside communities, cut by barriers; what nearly every method gets.
    open_links
        Neighbours with the borders of communities open, cut by barriers; for methods that take the
        whole town as one graph.
    piece : (n,) int array
        Connected part of ``links`` that each building lies in; no valid grid leaves it.
    n_grids : (n_pieces,) int array
        How many grids each piece is cut into: as many as ours.
    """

    name: str
    town: Town
    barriers: NDArray[Any]
    links: Links
    open_links: Links
    piece: Labels
    n_grids: Labels
    link_cpu_s: float
    link_wall_s: float


@dataclass(frozen=True)
class Piece:
    """One connected part of a town, with neighbours numbered from zero."""

    buildings: NDArray[np.int64]
    indptr: NDArray[np.int64]
    indices: NDArray[np.int64]
    households: NDArray[np.int64]
    xy_m: NDArray[np.float64]
    n_grids: int

    @property
    def slack(self) -> float:
        """How far a grid may be from the mean of this piece and still lie in bounds [share]."""
        mean = float(self.households.sum()) / self.n_grids
        return min(BOUNDS.high - mean, mean - BOUNDS.low) / mean


def made_up(make: Callable[[int], benches.BenchTown]) -> Callable[..., tuple[Town, NDArray[Any]]]:
    """A source that needs no data."""

    def make_town(seed: int, data: Path | None) -> tuple[Town, NDArray[Any]]:
        bench = make(seed)
        return bench.town, bench.barriers

    return make_town


def singapore(seed: int, data: Path | None) -> tuple[Town, NDArray[Any]]:
    """Public housing of Singapore in drawn communities of 1,500 to 3,000 dwellings."""
    if data is None:
        raise ValueError("Singapore needs the folder of its data.")
    loaded = town_of_singapore(read(data / "singapore"), seed=seed).town
    buildings, lines = loaded.buildings, loaded.barriers
    plane = planes.around(buildings.lon, buildings.lat)
    community = np.unique(buildings.community, return_inverse=True)[1]
    town = Town(
        plane.to_metres(np.stack([buildings.lon, buildings.lat], axis=1)),
        buildings.households.astype(np.int32),
        community.astype(np.int32),
    )
    return town, plane.shapes_to_metres(lines.shape)[lines.hard]


SOURCES = {
    WARM_UP: Source("a community of 90 buildings", made_up(lambda seed: benches.town(90, seed))),
    "community": Source("a community of 200 buildings", made_up(benches.community)),
    "street": Source("a street of 10,000 buildings", made_up(benches.street)),
    "district": Source("a district of 100,000 buildings", made_up(benches.district)),
    "clustered": Source(
        "a district of 100,000 buildings in hamlets", made_up(benches.clustered_district)
    ),
    "singapore": Source("all public housing of Singapore", singapore, is_real=True),
}


def make_instance(name: str, seed: int, data: Path | None) -> Instance:
    """Make a town and find its neighbours; the number of grids is still to be set."""
    town, barriers = SOURCES[name].make(seed, data)
    link_buildings(benches.community(seed + 1).town)  # compiles
    cpu, wall = time.process_time(), time.perf_counter()
    links = link_buildings(town, barriers=barriers)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    borderless = Town(town.xy_m, town.households, np.zeros(town.n, np.int32))
    open_links = link_buildings(borderless, barriers=barriers)
    n_pieces, piece = connected_components(matrix(links), directed=False)
    none = np.zeros(n_pieces, np.int32)
    return Instance(name, town, barriers, links, open_links, piece, none, cpu, wall)


def matrix(links: Links) -> "csr_matrix[np.int8]":
    """Neighbours as a sparse matrix."""
    n = len(links.indptr) - 1
    ones = np.ones(len(links.indices), np.int8)
    return csr_matrix((ones, links.indices, links.indptr), shape=(n, n))


def count_grids(piece: Labels, grid: Labels) -> Labels:
    """Number of grids that a plan draws in each piece."""
    first = np.unique(grid, return_index=True)[1]
    return np.bincount(piece[first], minlength=int(piece.max()) + 1).astype(np.int32)


def pieces(instance: Instance) -> Iterator[Piece]:
    """The connected parts that lie inside communities, each with its own numbering."""
    return split(instance, instance.links, instance.piece, instance.n_grids)


def open_parts(instance: Instance) -> Iterator[Piece]:
    """The connected parts of the town with the borders of communities open."""
    n_parts, part = connected_components(matrix(instance.open_links), directed=False)
    first = np.unique(instance.piece, return_index=True)[1]
    n_grids = np.bincount(part[first], instance.n_grids, n_parts).astype(np.int32)
    return split(instance, instance.open_links, part, n_grids)


def split(instance: Instance, links: Links, part: Labels, n_grids: Labels) -> Iterator[Piece]:
    """The parts named by ``part``, which no link leaves."""
    order = np.argsort(part, kind="stable")
    ends = np.cumsum(np.bincount(part))
    local = np.empty(len(order), np.int64)
    for label, buildings in enumerate(np.split(order, ends[:-1])):
        local[buildings] = np.arange(len(buildings))
        starts, stops = links.indptr[buildings], links.indptr[buildings + 1]
        rows = [links.indices[a:b] for a, b in zip(starts, stops, strict=True)]
        yield Piece(
            buildings,
            np.concatenate([[0], np.cumsum(stops - starts)]).astype(np.int64),
            local[np.concatenate(rows)],
            instance.town.households[buildings].astype(np.int64),
            instance.town.xy_m[buildings],
            int(n_grids[label]),
        )


def save(instance: Instance, folder: Path) -> None:
    """Keep an instance in a folder, for the processes that draw it."""
    town, links, open_links = instance.town, instance.links, instance.open_links
    np.savez(
        folder / "instance.npz",
        xy_m=town.xy_m,
        households=town.households,
        community=town.community,
        links_indptr=links.indptr,
        links_indices=links.indices,
        links_streets=links.streets,
        open_indptr=open_links.indptr,
        open_indices=open_links.indices,
        open_streets=open_links.streets,
        piece=instance.piece,
        n_grids=instance.n_grids,
    )
    lines = shapely.GeometryCollection(list(instance.barriers))
    (folder / "barriers.wkb").write_bytes(shapely.to_wkb(lines))
    about = {"name": instance.name, "cpu": instance.link_cpu_s, "wall": instance.link_wall_s}
    (folder / "about.json").write_text(json.dumps(about))


def load(folder: Path) -> Instance:
    """Read an instance back."""
    about = json.loads((folder / "about.json").read_text())
    lines = shapely.from_wkb((folder / "barriers.wkb").read_bytes())
    with np.load(folder / "instance.npz") as kept:
        return Instance(
            about["name"],
            Town(kept["xy_m"], kept["households"], kept["community"]),
            shapely.get_parts(lines),
            Links(kept["links_indptr"], kept["links_indices"], kept["links_streets"]),
            Links(kept["open_indptr"], kept["open_indices"], kept["open_streets"]),
            kept["piece"],
            kept["n_grids"],
            about["cpu"],
            about["wall"],
        )
