// The map of one's own grids, with the matters of today. It and its programme are kept for offline.

import { h } from "../core/dom.js";
import { count, t } from "../core/words.js";
import * as held from "../work/held.js";
import { renew } from "../work/places.js";
import { walk } from "../work/walk.js";
import { style } from "./map_style.js";
import { title } from "./today.js";

const PROGRAMME = "/static/vendor/maplibre-gl/maplibre-gl.mjs";
const EDGE = 24;

const feature = (geometry, properties = {}) => ({ type: "Feature", geometry, properties });
const collection = (features) => ({ type: "FeatureCollection", features });
const point = (lon, lat) => ({ type: "Point", coordinates: [lon, lat] });

function sources(places, way) {
  return {
    barriers: collection(places.barriers.map((line) => feature(line.shape, { kind: line.kind, name: line.name }))),
    grids: collection(places.grids.map((grid) => feature(grid.shape, { code: grid.code }))),
    labels: collection(places.grids.filter((grid) => grid.label_at).map((grid) =>
      feature({ type: "Point", coordinates: grid.label_at }, { label: grid.label }))),
    footprints: collection(places.buildings.filter((each) => each.shape).map((each) => feature(each.shape, { name: each.name }))),
    buildings: collection(places.buildings.map((each) => feature(point(each.lon, each.lat), { name: each.name }))),
    matters: collection(way.map((matter, i) =>
      feature(point(matter.lon, matter.lat), { id: matter.id, turn: String(i + 1), urgency: matter.urgency }))),
  };
}

function bounds(found) {
  let [west, south, east, north] = [180, 90, -180, -90];
  const visit = (coordinates) => {
    if (Array.isArray(coordinates[0])) return coordinates.forEach(visit);
    const [x, y] = coordinates;
    [west, east, south, north] = [Math.min(west, x), Math.max(east, x), Math.min(south, y), Math.max(north, y)];
    return null;
  };
  for (const name of ["grids", "buildings", "matters"]) found[name].features.forEach((each) => visit(each.geometry.coordinates));
  return west < east ? [[west, south], [east, north]] : null;
}

function styles() {
  if (document.getElementById("map-style")) return;
  document.head.append(h("link", { id: "map-style", rel: "stylesheet", href: "/static/vendor/maplibre-gl/maplibre-gl.css" }));
}

async function draw(element, found) {
  styles();
  const { Map, NavigationControl, setWorkerUrl } = await import(PROGRAMME);
  setWorkerUrl("/my/worker/map.js");
  const map = new Map({
    container: element, style: style(found), attributionControl: false, dragRotate: false, pitchWithRotate: false, maxZoom: 20,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.on("load", () => {
    const box = bounds(found);
    if (box) map.fitBounds(box, { padding: EDGE, animate: false, maxZoom: 18 });
    map.once("idle", () => { element.dataset.shown = found.grids.features.length; });
  });
  map.on("click", "matter", (event) => { location.hash = `#/matter/${event.features[0].properties.id}`; });
  return map;
}

/** The screen. */
export async function screen() {
  const places = await renew();
  const way = walk(held.matters().filter((matter) => held.isOpen(matter))).filter((matter) => matter.lon ?? null);
  const element = h("div", { class: "map", id: "map", role: "region", "aria-label": t("Map of your grids") });
  let map = null;
  const list = h("ol", { class: "cards" }, way.map((matter, i) =>
    h("li", {}, h("a", { class: "card", href: `#/matter/${matter.id}` }, h("span", { class: "card-title" }, `${i + 1} · ${title(matter)}`)))));
  const body = h("div", {},
    places ? element : h("p", { class: "banner" }, t("The map comes with the next contact: open it once where there is network.")),
    places && h("p", { class: "hint" }, `${count(places.grids.length, "%(n)s grid", "%(n)s grids")} · ${count(places.buildings.length, "%(n)s building", "%(n)s buildings")}`),
    list);
  return {
    title: t("Map"), body, isLive: false,
    ready: async () => {
      if (!places) return;
      map = await draw(element, sources(places, way)).catch(() => {
        element.replaceWith(h("p", { class: "banner" }, t("The programme of the map is not on this phone yet: open the map once where there is network.")));
        return null;
      });
    },
    end: () => map?.remove(),
  };
}
