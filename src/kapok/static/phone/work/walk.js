// Today's list in walking order: the shortest way through the stops that a phone finds at once.

const RADIUS_M = 6_371_000;
const MOST_ROUNDS = 400; // a slow phone finds these in a tenth of a second
const RANK = { RED: 0, YELLOW: 1, BLUE: 2, ORDINARY: 3 };

const radians = (degrees) => (degrees * Math.PI) / 180;

/** Metres between two points, as the crow flies. */
export function metres(a, b) {
  const x = radians(b.lon - a.lon) * Math.cos(radians((a.lat + b.lat) / 2));
  return Math.hypot(x, radians(b.lat - a.lat)) * RADIUS_M;
}

function nearestFirst(stops, start) {
  const left = [...stops];
  const way = [];
  let here = start;
  while (left.length) {
    const next = left.reduce((best, stop) => (metres(here, stop) < metres(here, best) ? stop : best));
    left.splice(left.indexOf(next), 1);
    way.push(next);
    here = next;
  }
  return way;
}

const gain = (way, i, j) => {
  const [a, b, c, d] = [way[i], way[i + 1], way[j], way[j + 1]];
  return metres(a, b) + (d ? metres(c, d) : 0) - metres(a, c) - (d ? metres(b, d) : 0);
};

function betterOnce(way) {
  for (let i = 0; i < way.length - 2; i += 1) {
    for (let j = i + 2; j < way.length; j += 1) {
      if (gain(way, i, j) > 0.01) {
        return [...way.slice(0, i + 1), ...way.slice(i + 1, j + 1).reverse(), ...way.slice(j + 1)];
      }
    }
  }
  return null;
}

/** An order of stops ({lon, lat}) that starts at a point: nearest first, then without crossings. */
export function order(stops, start) {
  let way = [start, ...nearestFirst(stops, start)];
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const better = betterOnce(way);
    if (!better) break;
    way = better;
  }
  return way.slice(1);
}

let known = { asked: "", keys: [] };

/** The same order as last time while the stops and the start are the same: lists are drawn often. */
function orderOnce(placed, start) {
  const asked = [start.lon, start.lat, ...placed.map((stop) => `${stop.key}@${stop.lon},${stop.lat}`)].join();
  if (asked !== known.asked) known = { asked, keys: order(placed, start).map((stop) => stop.key) };
  const byKey = new Map(placed.map((stop) => [stop.key, stop]));
  return known.keys.map((key) => byKey.get(key));
}

const hasSpot = (matter) => matter.lon !== null && matter.lat !== null && matter.lon !== undefined;

/** Stops of matters that lie at the same building; what has no spot comes last. */
export function stops(matters) {
  const found = new Map();
  for (const matter of matters) {
    const key = matter.building || (hasSpot(matter) ? `${matter.lon},${matter.lat}` : "nowhere");
    const stop = found.get(key) || { key, lon: matter.lon, lat: matter.lat, matters: [] };
    stop.matters.push(matter);
    found.set(key, stop);
  }
  return [...found.values()];
}

/** Matters in walking order: what is urgent at once first, then the way around. */
export function walk(matters, start = null) {
  const urgent = matters.filter((matter) => matter.urgency === "RED");
  const others = stops(matters.filter((matter) => matter.urgency !== "RED"));
  const placed = others.filter(hasSpot);
  const nowhere = others.filter((stop) => !hasSpot(stop));
  const first = start ?? placed.reduce((west, stop) => (!west || stop.lon < west.lon ? stop : west), null);
  const way = placed.length ? orderOnce(placed, first) : [];
  const byRank = (a, b) => RANK[a.urgency] - RANK[b.urgency] || (a.due_at ?? "9") .localeCompare(b.due_at ?? "9");
  return [...urgent.sort(byRank), ...[...way, ...nowhere].flatMap((stop) => stop.matters.sort(byRank))];
}
