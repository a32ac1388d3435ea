// The position, asked for only when somebody taps; never followed.

import { announce, h, icon } from "../core/dom.js";
import { t } from "../core/words.js";

const WAIT_MS = 20_000;
const DIGITS = 6;

/** Ask the phone once where it is. */
export function here() {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({
        lat: Number(coords.latitude.toFixed(DIGITS)),
        lon: Number(coords.longitude.toFixed(DIGITS)),
        accuracy_m: Math.round(coords.accuracy),
      }),
      reject, { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 0 },
    );
  });
}

const words = (spot) =>
  spot ? t("Position kept, within %(n)s m.", { n: spot.accuracy_m ?? "?" }) : t("No position kept.");

/** A button that takes the position, and one that forgets it. */
export function location({ id, label = t("Take my position") }, value, change) {
  const said = h("p", { class: "hint", "aria-live": "polite" }, words(value));
  const button = h("button", { id, type: "button", class: "button" }, icon("here"), label);
  const forget = h("button", { type: "button", class: "small" }, t("Forget it"));
  forget.hidden = !value;
  const set = (spot) => {
    change(spot);
    said.textContent = words(spot);
    forget.hidden = !spot;
  };
  forget.addEventListener("click", () => set(undefined));
  button.addEventListener("click", async () => {
    said.textContent = t("Looking for the position …");
    try {
      set(await here());
    } catch {
      said.textContent = words(undefined);
      announce(t("The position is not known. Allow it in the settings of the browser, or go on without."), "bad");
    }
  });
  return h("div", {}, said, button, forget);
}
