// The map of zones: where they lie, and an area that somebody draws for a new one.

import { plainMap } from "../desk/map.js";
import { load } from "../desk/data.js";

const element = document.getElementById("zones-map");
const EMPTY = { type: "FeatureCollection", features: [] };

function extent(collection) {
  let [west, south, east, north] = [180, 90, -180, -90];
  const visit = (coordinates) => {
    if (typeof coordinates[0] !== "number") return coordinates.forEach(visit);
    [west, east] = [Math.min(west, coordinates[0]), Math.max(east, coordinates[0])];
    [south, north] = [Math.min(south, coordinates[1]), Math.max(north, coordinates[1])];
  };
  collection.features.forEach(({ geometry }) => geometry && visit(geometry.coordinates));
  return west > east ? null : [[west, south], [east, north]];
}

class ZonesMap {
  constructor() {
    this.plan = plainMap(element);
    this.map = this.plan.map;
  }

  async begin() {
    const { mapUrl, zonesUrl } = element.dataset;
    await this.plan.ready;
    if (!mapUrl.includes("/0/")) {
      try {
        await this.plan.show(await load(mapUrl));
      } catch {
        // the outlines alone are worth showing
      }
    }
    this.#layers();
    if (zonesUrl) {
      const zones = await load(zonesUrl).catch(() => EMPTY);
      this.map.getSource("zones").setData(zones);
      const box = extent(zones);
      if (box) this.map.fitBounds(box, { padding: 50, maxZoom: 17, animate: false });
      element.dataset.zones = zones.features.length;
    }
    element.dataset.shown = "yes";
  }

  #layers() {
    for (const name of ["zones", "draft"]) this.map.addSource(name, { type: "geojson", data: EMPTY });
    const fill = (id, source, colour) => ({ id, type: "fill", source, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.3 } });
    const line = (id, source, colour) => ({ id, type: "line", source, paint: { "line-color": colour, "line-width": 3 } });
    this.map.addLayer(fill("zone-fill", "zones", ["get", "colour"]));
    this.map.addLayer(line("zone-line", "zones", ["get", "colour"]));
    this.map.addLayer(fill("draft-fill", "draft", "#1558c0"));
    this.map.addLayer(line("draft-line", "draft", "#1558c0"));
    this.map.addLayer({
      id: "draft-point", type: "circle", source: "draft", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 5, "circle-color": "#1558c0", "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 },
    });
  }
}

/** Points on the map become the area in the text beside it; what is written there is shown. */
class Drawing {
  constructor(map) {
    this.map = map;
    this.points = [];
    this.text = document.getElementById("id_geojson");
    this.count = document.getElementById("zone-points");
    this.tools = document.getElementById("zone-tools");
    this.tools.classList.add("is-ready");
    this.tools.addEventListener("click", ({ target }) => this.#use(target.dataset.tool, target));
    this.map.on("click", ({ lngLat }) => this.#add(lngLat));
    this.text.addEventListener("change", () => this.#written());
    this.#written();
  }

  #use(tool, button) {
    if (tool === "draw") {
      this.drawing = !this.drawing;
      button.setAttribute("aria-pressed", this.drawing);
      this.map.getCanvas().classList.toggle("is-drawing", this.drawing);
    }
    if (tool === "back") this.points.pop();
    if (tool === "clear") this.points = [];
    if (tool === "back" || tool === "clear") this.#say();
  }

  #add({ lng, lat }) {
    if (!this.drawing) return;
    this.points.push([Number(lng.toFixed(6)), Number(lat.toFixed(6))]);
    this.#say();
  }

  #say() {
    const closed = [...this.points, this.points[0]];
    const isArea = this.points.length > 2;
    this.text.value = isArea ? JSON.stringify({ type: "Polygon", coordinates: [closed] }) : "";
    this.count.textContent = this.points.length ? element.dataset.textPoints + this.points.length : "";
    const shapes = this.points.map((point) => ({ type: "Point", coordinates: point }));
    if (isArea) shapes.push({ type: "Polygon", coordinates: [closed] });
    else if (this.points.length === 2) shapes.push({ type: "LineString", coordinates: this.points });
    this.#show(shapes);
  }

  #written() {
    if (!this.text.value.trim()) {
      if (!this.points.length) this.#show([]);
      return;
    }
    try {
      const said = JSON.parse(this.text.value);
      const shapes = (said.features ?? [said]).map((each) => each.geometry ?? each);
      this.#show(shapes);
      const [only] = shapes;
      if (shapes.length === 1 && only.type === "Polygon") this.points = only.coordinates[0].slice(0, -1);
      this.count.textContent = "";
      const box = extent({ features: shapes.map((geometry) => ({ geometry })) });
      if (box) this.map.fitBounds(box, { padding: 50, maxZoom: 17, animate: false });
    } catch {
      this.count.textContent = element.dataset.textWrong;
    }
  }

  #show(shapes) {
    const features = shapes.map((geometry) => ({ type: "Feature", properties: {}, geometry }));
    this.map.getSource("draft").setData({ type: "FeatureCollection", features });
  }
}

async function start() {
  const zones = new ZonesMap();
  await zones.begin();
  if (element.dataset.draws) new Drawing(zones.map);
}

if (element) start();
