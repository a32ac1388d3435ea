// The map beside matters: where they lie, and where somebody says that something is.

import { plainMap } from "../desk/map.js";
import { load } from "../desk/data.js";

const element = document.getElementById("matters-map");
const EMPTY = { type: "FeatureCollection", features: [] };
const CLOSE = 16;

function point(lon, lat, properties = {}) {
  return { type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties };
}

function spots() {
  return [...document.querySelectorAll(".line[data-lon]")].map((line) =>
    point(Number(line.dataset.lon), Number(line.dataset.lat), {
      id: line.dataset.id,
      tone: line.classList.contains("is-late") ? "late" : line.classList.contains("is-warned") ? "warned" : "",
    }),
  );
}

class MattersMap {
  constructor() {
    this.plan = plainMap(element);
    this.map = this.plan.map;
  }

  async begin() {
    const { mapUrl, lon, lat, many } = element.dataset;
    await this.plan.ready;
    let shown = null;
    if (!mapUrl.includes("/0/")) {
      try {
        shown = await load(mapUrl);
        await this.plan.show(shown, { keepView: Boolean(lon) });
      } catch {
        shown = null; // the dots alone are worth showing
      }
    }
    this.#layers();
    if (many) this.showMany(!shown);
    else if (!lon && !shown && !element.dataset.picks) element.closest(".map-card")?.remove(); // nowhere to look
    else if (lon) this.mark(Number(lon), Number(lat), { keep: element.dataset.picks && !picked() });
    element.dataset.shown = "yes";
  }

  #layers() {
    this.map.addSource("spots", { type: "geojson", data: EMPTY });
    const colour = ["match", ["get", "tone"], "late", "#c62828", "warned", "#e08600", "here", "#1558c0", "#40566b"];
    this.map.addLayer({
      id: "spots",
      type: "circle",
      source: "spots",
      paint: {
        "circle-radius": ["case", ["boolean", ["get", "current"], false], 10, 6],
        "circle-color": colour,
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2,
      },
    });
  }

  showMany(fit = false) {
    const features = spots();
    for (const feature of features) feature.properties.current = feature.properties.id === this.current;
    this.map.getSource("spots").setData({ type: "FeatureCollection", features });
    if (!fit || !features.length) return;
    const lons = features.map((f) => f.geometry.coordinates[0]);
    const lats = features.map((f) => f.geometry.coordinates[1]);
    const box = [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
    this.map.fitBounds(box, { padding: 40, maxZoom: CLOSE, animate: false });
  }

  mark(lon, lat, { keep = false } = {}) {
    if (!keep) {
      const here = [point(lon, lat, { tone: "here", current: true })];
      this.map.getSource("spots").setData({ type: "FeatureCollection", features: here });
    }
    this.map.jumpTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), CLOSE) });
  }
}

const field = (name) => element.closest("form")?.querySelector(`input[name=${name}]`);
const picked = () => Boolean(field("lon")?.value && field("lat")?.value);

function pick(map, lon, lat) {
  field("lon").value = lon.toFixed(6);
  field("lat").value = lat.toFixed(6);
  map.mark(lon, lat);
}

async function start() {
  const map = new MattersMap();
  await map.begin();
  if (element.dataset.many) {
    document.addEventListener("kapok:row", (event) => {
      map.current = event.detail;
      map.showMany();
    });
    document.addEventListener("kapok:rows", () => map.showMany());
    map.map.on("click", "spots", (event) => {
      const id = event.features[0].properties.id;
      document.querySelector(`.line[data-id="${CSS.escape(id)}"] a`)?.focus();
    });
  }
  if (element.dataset.picks) {
    if (picked()) map.mark(Number(field("lon").value), Number(field("lat").value));
    map.map.on("click", (event) => pick(map, event.lngLat.lng, event.lngLat.lat));
    element.closest("form").addEventListener("change", ({ target }) => {
      if (target.name === "building" && target.dataset.lon) {
        map.mark(Number(target.dataset.lon), Number(target.dataset.lat));
        field("lon").value = field("lat").value = "";
      }
    });
  }
}

if (element) start();
