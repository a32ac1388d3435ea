// A newer version of the app: installed beside this one, put in use when whoever works says so.

import { announce, h } from "./core/dom.js";
import { t } from "./core/words.js";

const LONGEST_MS = 60_000;
let waiting = null;
let isReloading = false;

/** A line that offers the new version; nothing when there is none. */
export const offer = () =>
  waiting && h("p", { class: "banner" }, t("A new version of the app is here. What waits to be sent stays."),
    h("button", { type: "button", class: "small", onclick: () => waiting.postMessage("update") }, t("Use it")));

function watch(registration) {
  const found = () => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    waiting = registration.waiting;
    announce(t("A new version of the app is here. What waits to be sent stays."));
  };
  found();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", found);
  });
}

/** Until the files of the app are kept here, so that it starts without network; at most a minute. */
export function isKept() {
  const late = new Promise((resolve) => { setTimeout(resolve, LONGEST_MS, false); });
  const ready = navigator.serviceWorker?.ready.then(() => true) ?? Promise.resolve(false);
  return Promise.race([ready, late]);
}

/** Register the service worker and watch for newer ones. */
export async function updates() {
  if (!navigator.serviceWorker) return;
  const had = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (!had || isReloading) return;
    isReloading = true;
    location.reload();
  });
  try {
    watch(await navigator.serviceWorker.register("/my/sw.js", { scope: "/my/" }));
  } catch {
    // Without network at the very first start: the next start tries again.
  }
}
