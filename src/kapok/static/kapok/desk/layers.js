// How the map looks. Colours mean: too few households, within the bounds, too many.

const LIGHT = {
  ground: "#f4f2ee",
  outside: "#c9c4ba",
  inside: "#7a7266",
  water: "#9cc3e0",
  railway: "#6b6b6b",
  expressway: "#d98a3d",
  street: "#e8c98f",
  outline: "#3c3c3c",
  building: "#45413a",
  text: "#1b1b1b",
  halo: "#ffffff",
  name: "#7a1d12",
  chosen: "#1558c0",
  changed: "#c2187e",
  few: "#5b8fd6",
  within: ["#d3ecc9", "#9fd3a4", "#66b38b"],
  many: "#e2603f",
  none: "#cfcac0",
};

const DARK = {
  ...LIGHT,
  ground: "#191c21",
  outside: "#4a4f57",
  inside: "#9aa2ad",
  water: "#24506f",
  railway: "#a0a0a0",
  expressway: "#b06a24",
  street: "#75623c",
  outline: "#e3e3e3",
  building: "#e8e4dc",
  text: "#ffffff",
  halo: "#14161a",
  name: "#ffb4a8",
  chosen: "#8ab8ff",
  changed: "#ff7ac6",
  few: "#37649e",
  within: ["#244a3c", "#2f7052", "#489c70"],
  many: "#b04329",
  none: "#3a3f46",
};

export function palette() {
  return document.documentElement.getAttribute("data-bs-theme") === "dark" ? DARK : LIGHT;
}

/** Colour of a grid by its households. */
function householdColour(colours, { low, high }) {
  const third = (high - low) / 3;
  return [
    "case",
    ["<", ["get", "households"], low],
    colours.few,
    [">", ["get", "households"], high],
    colours.many,
    ["<", ["get", "households"], low + third],
    colours.within[0],
    ["<", ["get", "households"], low + 2 * third],
    colours.within[1],
    colours.within[2],
  ];
}

/** The same, for a plan with other bounds. */
export function gridColour(bounds) {
  return householdColour(palette(), bounds);
}

const chosen = ["boolean", ["feature-state", "chosen"], false];
const hovered = ["boolean", ["feature-state", "hovered"], false];
const byKind = (kind) => ["==", ["get", "kind"], kind];
const polygon = ["==", ["geometry-type"], "Polygon"];

const FONT = { "text-font": ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"] };

function line(id, kind, colour, width, more = {}) {
  return {
    id,
    type: "line",
    source: "barriers",
    filter: byKind(kind),
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour, "line-width": width, ...more },
  };
}

function ground(colours) {
  return [
    { id: "ground", type: "background", paint: { "background-color": colours.ground } },
    {
      id: "water",
      type: "fill",
      source: "barriers",
      filter: ["all", byKind("RIVER"), polygon],
      paint: { "fill-color": colours.water },
    },
  ];
}

function lines(colours) {
  const zoomed = (thin, thick) => ["interpolate", ["linear"], ["zoom"], 11, thin, 17, thick];
  return [
    line("river", "RIVER", colours.water, zoomed(1.5, 5)),
    line("street", "MAIN_STREET", colours.street, zoomed(0.8, 6)),
    line("expressway", "EXPRESSWAY", colours.expressway, zoomed(1.5, 9)),
    line("railway", "RAILWAY", colours.railway, zoomed(1, 4), { "line-dasharray": [3, 2] }),
    {
      id: "street-name",
      type: "symbol",
      source: "barriers",
      minzoom: 14,
      filter: ["!=", ["get", "name"], ""],
      layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-size": 11, ...FONT },
      paint: { "text-color": colours.text, "text-halo-color": colours.halo, "text-halo-width": 1.2 },
    },
  ];
}

function areas(colours) {
  return [
    {
      id: "area-line",
      type: "line",
      source: "areas",
      paint: {
        "line-color": ["case", ["get", "inside"], colours.inside, colours.outside],
        "line-width": 1.2,
        "line-dasharray": [4, 2],
      },
    },
  ];
}

function grids(colours, bounds) {
  return [
    {
      id: "grid",
      type: "fill",
      source: "grids",
      paint: {
        "fill-color": householdColour(colours, bounds),
        "fill-opacity": ["case", hovered, 0.9, 0.66],
      },
    },
    {
      id: "grid-line",
      type: "line",
      source: "grids",
      paint: {
        "line-color": ["case", chosen, colours.chosen, colours.outline],
        "line-width": [
          "interpolate", ["linear"], ["zoom"],
          11, ["case", chosen, 3, ["get", "locked"], 1.8, 0.4],
          15, ["case", chosen, 4, ["get", "locked"], 3, 1.2],
        ],
      },
    },
  ];
}

function buildings(colours) {
  const changed = ["get", "changed"];
  return [
    {
      id: "footprint",
      type: "fill",
      source: "footprints",
      minzoom: 14,
      paint: {
        "fill-color": [
          "case", chosen, colours.chosen, changed, colours.changed, colours.building,
        ],
        "fill-opacity": ["case", chosen, 1, changed, 0.95, hovered, 0.9, 0.55],
      },
    },
    {
      id: "building",
      type: "circle",
      source: "buildings",
      filter: ["any", ["!", ["get", "outlined"]], ["<", ["zoom"], 14]],
      paint: {
        "circle-color": [
          "case", chosen, colours.chosen, changed, colours.changed, colours.building,
        ],
        "circle-opacity": ["case", chosen, 1, changed, 1, hovered, 1, 0.75],
        "circle-stroke-color": colours.halo,
        "circle-stroke-width": [
          "interpolate", ["linear"], ["zoom"],
          12, ["case", chosen, 2, 0],
          15, ["case", chosen, 2, changed, 1.5, 0.4],
        ],
        "circle-radius": [
          "interpolate", ["exponential", 1.6], ["zoom"],
          11, ["case", chosen, 5, changed, 2, ["min", 2, ["+", 0.5, ["*", 0.06, ["sqrt", ["get", "households"]]]]]],
          14, ["+", ["case", chosen, 5, 1.2], ["*", 0.3, ["sqrt", ["get", "households"]]]],
          17, ["+", ["case", chosen, 5, 3], ["*", 0.8, ["sqrt", ["get", "households"]]]],
        ],
      },
    },
  ];
}

const NUMBERS_FROM = 14.5;

function labels(colours) {
  return [
    {
      id: "grid-label",
      type: "symbol",
      source: "labels",
      // Numbers begin anew in each community: from afar they would say nothing, many times.
      filter: ["any", ["get", "alone"], [">=", ["zoom"], NUMBERS_FROM]],
      layout: {
        "text-field": ["get", "label"],
        "text-size": ["interpolate", ["linear"], ["zoom"], 12, 10, 16, 17],
        "text-padding": 1,
        ...FONT,
      },
      paint: { "text-color": colours.text, "text-halo-color": colours.halo, "text-halo-width": 2 },
    },
    {
      id: "area-name",
      type: "symbol",
      source: "names",
      layout: { "text-field": ["get", "name"], "text-size": 13, "text-padding": 6, ...FONT },
      paint: { "text-color": colours.name, "text-halo-color": colours.halo, "text-halo-width": 2 },
    },
  ];
}

export const SOURCES = ["barriers", "areas", "names", "grids", "footprints", "buildings", "labels"];

/** The whole style; `bounds` are the fewest and most households that a grid should have. */
export function style(bounds, empty) {
  const colours = palette();
  return {
    version: 8,
    sources: Object.fromEntries(
      SOURCES.map((name) => [name, { type: "geojson", data: empty, tolerance: 0.3 }]),
    ),
    layers: [
      ...ground(colours),
      ...grids(colours, bounds),
      ...lines(colours),
      ...areas(colours),
      ...buildings(colours),
      ...labels(colours),
    ],
  };
}
