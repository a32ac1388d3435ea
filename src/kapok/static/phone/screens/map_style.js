// How the map of the phone looks, light and dark.

const LIGHT = { ground: "#f4f2ee", water: "#9cc3e0", grid: "#9fd3a4", line: "#3c3c3c", building: "#6a645a", street: "#e0b870", text: "#1b1b1b", halo: "#ffffff", matter: "#b3261e", urgent: "#7a0012" };
const DARK = { ground: "#191c21", water: "#24506f", grid: "#2f7052", line: "#e3e3e3", building: "#b8b3a8", street: "#75623c", text: "#ffffff", halo: "#14161a", matter: "#ff8a7d", urgent: "#ffd0ca" };
const FONT = { "text-font": ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"] };

const fill = (id, source, paint, more = {}) => ({ id, type: "fill", source, paint, ...more });
const words = (id, source, field, size, colours, more = {}) => ({
  id, type: "symbol", source,
  layout: { "text-field": ["get", field], "text-size": size, ...FONT, ...more },
  paint: { "text-color": colours.text, "text-halo-color": colours.halo, "text-halo-width": 2 },
});

function layers(colours) {
  const isWater = ["==", ["get", "kind"], "RIVER"];
  return [
    { id: "ground", type: "background", paint: { "background-color": colours.ground } },
    fill("grid", "grids", { "fill-color": colours.grid, "fill-opacity": 0.5 }),
    { id: "grid-line", type: "line", source: "grids", paint: { "line-color": colours.line, "line-width": 2 } },
    { id: "barrier", type: "line", source: "barriers", paint: { "line-color": ["case", isWater, colours.water, colours.street], "line-width": 3 } },
    fill("footprint", "footprints", { "fill-color": colours.building, "fill-opacity": 0.6 }),
    { id: "building", type: "circle", source: "buildings", paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 13, 2, 17, 5], "circle-color": colours.building } },
    words("building-name", "buildings", "name", 12, colours, { "text-offset": [0, 1], "text-optional": true }),
    words("grid-label", "labels", "label", 18, colours),
    { id: "matter", type: "circle", source: "matters", paint: { "circle-radius": 13, "circle-color": ["case", ["==", ["get", "urgency"], "RED"], colours.urgent, colours.matter], "circle-stroke-color": colours.halo, "circle-stroke-width": 2 } },
    { ...words("matter-turn", "matters", "turn", 13, colours, { "text-allow-overlap": true }), paint: { "text-color": colours.halo } },
  ];
}

/** The whole style around the features of {barriers, grids, …}. */
export function style(found) {
  const isDark = document.documentElement.dataset.theme === "dark";
  const sources = Object.entries(found).map(([name, data]) => [name, { type: "geojson", data, tolerance: 0.3 }]);
  return { version: 8, sources: Object.fromEntries(sources), layers: layers(isDark ? DARK : LIGHT) };
}
