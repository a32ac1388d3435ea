// From the columns that the server sends to the features that MapLibre draws.

const EMPTY = { type: "FeatureCollection", features: [] };

/** The plan could not be had; the message is the server's own sentence, or blank for no answer. */
export class LoadError extends Error {}

/** Fetch a plan for the map. Raises LoadError, or an AbortError when `signal` says so. */
export async function load(url, signal) {
  let answer, body;
  try {
    answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
    body = await answer.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new LoadError("");
  }
  if (answer.status === 401) location.reload(); // signed out elsewhere: leads to the sign-in page
  if (!answer.ok) throw new LoadError(body.detail);
  return body;
}

function feature(geometry, properties, id) {
  return { type: "Feature", id, geometry, properties };
}

function collection(features) {
  return { type: "FeatureCollection", features };
}

/** One point for each building; `id` is its row in the columns. */
export function buildingPoints(plan) {
  const rows = plan.buildings;
  const outlined = new Set(plan.footprints.id);
  return collection(
    rows.id.map((_, i) =>
      feature(
        { type: "Point", coordinates: [rows.lon[i], rows.lat[i]] },
        {
          households: rows.households[i],
          outlined: outlined.has(i),
          changed: rows.was.length > 0 && rows.was[i] !== rows.now[i],
        },
        i,
      ),
    ),
  );
}

/** One polygon for each building whose outline is known; same ids as the points. */
export function footprints(plan) {
  const { id, shape } = plan.footprints;
  const was = plan.buildings.was;
  return collection(
    id.map((row, k) =>
      feature(
        shape[k],
        { changed: was.length > 0 && was[row] !== plan.buildings.now[row] },
        row,
      ),
    ),
  );
}

/** Polygons of the grids; `id` is their row. */
export function gridPolygons(plan) {
  return collection(
    plan.grids
      .map((grid, i) => [grid, i])
      .filter(([grid]) => grid.shape)
      .map(([grid, i]) =>
        feature(grid.shape, { households: grid.households, locked: grid.locked }, i),
      ),
  );
}

/** Where the numbers of the grids stand. */
export function gridLabels(plan) {
  const alone = new Set(plan.grids.map((grid) => grid.label)).size === plan.grids.length;
  return collection(
    plan.grids
      .map((grid, i) => [grid, i])
      .filter(([grid]) => grid.label_at)
      .map(([grid, i]) =>
        feature({ type: "Point", coordinates: grid.label_at }, { label: grid.label, alone }, i),
      ),
  );
}

/** South-west and north-east corner of everything that is shown, the grids' polygons included. */
export function extent(plan) {
  if (!plan.extent) return null;
  let [west, south, east, north] = plan.extent;
  const visit = (coordinates) => {
    if (typeof coordinates[0] !== "number") return coordinates.forEach(visit);
    const [x, y] = coordinates;
    [west, east] = [Math.min(west, x), Math.max(east, x)];
    [south, north] = [Math.min(south, y), Math.max(north, y)];
  };
  plan.grids.forEach((grid) => grid.shape && visit(grid.shape.coordinates));
  return [[west, south], [east, north]];
}

export function barriers(plan) {
  return collection(
    plan.barriers.map((line) => feature(line.shape, { kind: line.kind, name: line.name })),
  );
}

const LEVELS = ["PROVINCE", "CITY", "DISTRICT", "STREET", "COMMUNITY"];

/** Boundaries; those one level below the area that is shown are named. */
export function areas(plan) {
  const inside = plan.areas.filter((area) => area.inside).map((area) => LEVELS.indexOf(area.level));
  const shown = Math.min(...inside);
  const below = Math.min(...inside.filter((level) => level > shown));
  return collection(
    plan.areas.map((area, i) => {
      const level = LEVELS.indexOf(area.level);
      const named = area.inside && level === below;
      return feature(
        area.shape,
        { name: named ? area.name : "", inside: area.inside && level <= below },
        i,
      );
    }),
  );
}

/** Signed area of a ring, and its centre. */
function measureRing(ring) {
  const [x0, y0] = ring[0];
  let [size, x, y] = [0, 0, 0];
  for (let i = 1; i < ring.length; i += 1) {
    const [ax, ay, bx, by] = [...ring[i - 1], ...ring[i]].map((c, k) => c - (k % 2 ? y0 : x0));
    const part = (ax * by - bx * ay) / 2;
    size += part;
    x += (part * (ax + bx)) / 3;
    y += (part * (ay + by)) / 3;
  }
  return { size: Math.abs(size), centre: size ? [x0 + x / size, y0 + y / size] : [x0, y0] };
}

/** A point in the largest piece of each named area: a name once, for islands too. */
export function areaNames(areas) {
  return collection(
    areas.features
      .filter((area) => area.properties.name)
      .map(({ geometry, properties }) => {
        const { type, coordinates } = geometry;
        const pieces = type === "MultiPolygon" ? coordinates : [coordinates];
        const measured = pieces.map((piece) => measureRing(piece[0]));
        const largest = measured.reduce((a, b) => (b.size > a.size ? b : a));
        return feature({ type: "Point", coordinates: largest.centre }, properties);
      }),
  );
}

export { EMPTY };
