// The map of the desk: shows a plan, says what is under the pointer, tells what was chosen.

import { Map as MapLibre, NavigationControl, ScaleControl } from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import * as data from "./data.js";
import { gridColour, style } from "./layers.js";

const CLICKABLE = ["building", "footprint", "grid"];
const STILL = matchMedia("(prefers-reduced-motion: reduce)").matches;

const NOTHING = () => {};

/** A map that shows places and lets nobody choose among them; texts come from the element. */
export function plainMap(element) {
  const texts = element.dataset;
  return new PlanMap(element, {
    bounds: { low: 0, high: 1_000_000 },
    locale: {
      "NavigationControl.ZoomIn": texts.textZoomIn,
      "NavigationControl.ZoomOut": texts.textZoomOut,
      "Map.Title": texts.textMap,
    },
    onChoose: NOTHING,
    onHover: NOTHING,
  });
}

export class PlanMap {
  constructor(element, { bounds, locale, onChoose, onHover }) {
    this.element = element;
    this.onChoose = onChoose;
    this.onHover = onHover;
    this.marked = {};
    this.map = new MapLibre({
      container: element,
      style: style(bounds, data.EMPTY),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 20,
      fadeDuration: STILL ? 0 : 150,
      locale,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
    this.ready = new Promise((resolve) => this.map.once("load", resolve));
    this.map.on("click", (event) => this.#clicked(event));
    this.map.on("mousemove", (event) => this.#moved(event));
    this.map.on("mouseout", () => this.#hover(null));
  }

  /** Show a plan; the first one also sets the view. */
  async show(plan, { keepView = false } = {}) {
    await this.ready;
    delete this.element.dataset.shown;
    this.plan = plan;
    this.#mark("chosen", null);
    this.#mark("hovered", null);
    const set = (source, features) => this.map.getSource(source).setData(features);
    set("barriers", data.barriers(plan));
    const areas = data.areas(plan);
    set("areas", areas);
    set("names", data.areaNames(areas));
    set("grids", data.gridPolygons(plan));
    set("labels", data.gridLabels(plan));
    set("footprints", data.footprints(plan));
    set("buildings", data.buildingPoints(plan));
    const extent = data.extent(plan);
    if (!keepView && extent) {
      this.map.fitBounds(extent, { padding: 20, animate: false, maxZoom: 18 });
    }
    this.map.once("idle", () => { this.element.dataset.shown = plan.grids.length; });
  }

  /** Colour the grids by other bounds. */
  async setBounds(bounds) {
    await this.ready;
    this.map.setPaintProperty("grid", "fill-color", gridColour(bounds));
  }

  /** Mark a building or grid by its key, without telling anybody. */
  choose(kind, key) {
    if (!this.plan) return;
    const keys = kind === "building" ? this.plan.buildings.id : this.plan.grids.map((g) => g.key);
    const row = keys.indexOf(key);
    this.#mark("chosen", row < 0 ? null : { kind, row });
  }

  #under(point) {
    const reach = 4;
    const box = [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]];
    const found = this.map.queryRenderedFeatures(box, { layers: CLICKABLE });
    const first = CLICKABLE.map((id) => found.find((f) => f.layer.id === id)).find(Boolean);
    if (!first) return null;
    return { kind: first.layer.id === "grid" ? "grid" : "building", row: first.id };
  }

  #clicked(event) {
    const thing = this.#under(event.point);
    if (!thing) return;
    this.#mark("chosen", thing);
    const key = thing.kind === "grid" ? this.plan.grids[thing.row].key : this.plan.buildings.id[thing.row];
    this.onChoose(thing.kind, key);
  }

  #moved(event) {
    this.#hover(this.#under(event.point), event.point);
  }

  #hover(thing, point) {
    this.map.getCanvas().style.cursor = thing ? "pointer" : "";
    this.#mark("hovered", thing);
    this.onHover(thing, point, this.plan);
  }

  #mark(state, thing) {
    const before = this.marked[state];
    if (before && thing && before.kind === thing.kind && before.row === thing.row) return;
    if (before) this.#set(before, { [state]: false });
    this.marked[state] = thing;
    if (thing) this.#set(thing, { [state]: true });
  }

  #set({ kind, row }, state) {
    for (const source of kind === "grid" ? ["grids"] : ["buildings", "footprints"]) {
      this.map.setFeatureState({ source, id: row }, state);
    }
  }
}
