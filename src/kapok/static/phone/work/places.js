// Grids and buildings of one's own places, kept for lists and for the map without network.

import * as vault from "../core/vault.js";
import * as held from "./held.js";
import { Refused, Unreachable, read } from "./wire.js";

const OLD_MS = 24 * 3600 * 1000;
const GRIDS = 1000; // codes of grids in a community

const communityOf = (place) => place - (place % GRIDS);

const own = () => (held.held.profile?.places ?? []).map(({ code }) => Number(code));

const inside = (grid, places) =>
  places.some((place) => (place % GRIDS === 0 ? true : Number(grid.code) === place));

/** From the columns of the server to what is kept: grids with outlines, buildings with names. */
function taken(plan, community, places) {
  const { buildings, footprints } = plan;
  const outline = new Map(footprints.id.map((row, k) => [row, footprints.shape[k]]));
  const grids = plan.grids.filter((grid) => grid.shape && inside(grid, places)).map((grid) =>
    ({ code: Number(grid.code), label: grid.label, shape: grid.shape, label_at: grid.label_at }));
  const codes = new Set(grids.map((grid) => grid.code));
  const of = (row) => Number(plan.grids[buildings.grid[row]]?.code ?? community);
  const rows = buildings.id.map((id, row) => ({
    id, place: of(row), name: buildings.name?.[row] || "", lon: buildings.lon[row], lat: buildings.lat[row],
    shape: outline.get(row) ?? null,
  }));
  const barriers = plan.barriers.map(({ kind, name, shape }) => ({ kind, name, shape }));
  return { grids, buildings: codes.size ? rows.filter((each) => codes.has(each.place)) : rows, barriers };
}

/** Fetch them anew when what is kept is a day old; without network what is kept stays. */
export async function renew() {
  const places = own();
  const known = held.held.places;
  const of = places.join();
  if (!places.length || (known?.of === of && Date.now() - known.at < OLD_MS)) return known;
  const found = { at: Date.now(), of, grids: [], buildings: [], barriers: [] };
  try {
    for (const community of new Set(places.map(communityOf))) {
      const plan = taken(await read(`/api/places/${community}/map`), community, places);
      for (const name of ["grids", "buildings", "barriers"]) found[name].push(...plan[name]);
    }
  } catch (error) {
    if (error instanceof Unreachable || error instanceof Refused) return known;
    throw error;
  }
  if (!vault.isOpen()) return known; // it was locked meanwhile
  await held.take({ places: found }, []);
  return found;
}
