// A signature, drawn with the finger; a photo of a signed paper is as good, for who cannot draw.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import * as files from "../work/files.js";
import { photos } from "./photo.js";

const [WIDTH, HEIGHT] = [600, 220];

function surface(pad, context) {
  const at = (event) => {
    const box = pad.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
  };
  let isDown = false;
  pad.addEventListener("pointerdown", (event) => {
    isDown = true;
    pad.setPointerCapture(event.pointerId);
    context.beginPath();
    context.moveTo(...at(event));
  });
  pad.addEventListener("pointermove", (event) => {
    if (!isDown) return;
    context.lineTo(...at(event));
    context.stroke();
    pad.dataset.drawn = "yes";
  });
  pad.addEventListener("pointerup", () => { isDown = false; });
}

function blank(pad) {
  const context = pad.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, WIDTH, HEIGHT);
  Object.assign(context, { strokeStyle: "#111", lineWidth: 4, lineCap: "round", lineJoin: "round" });
  delete pad.dataset.drawn;
  return context;
}

/** A pad to sign on. */
export function signature({ id }, value, change) {
  if (value?.length) return photos({ id, most: 1, label: t("Take a photo of the signed paper") }, value, change);
  const pad = h("canvas", { class: "pad", width: WIDTH, height: HEIGHT, role: "img", "aria-label": t("Sign here with the finger") });
  surface(pad, blank(pad));
  const field = h("div", {}, pad,
    h("div", { class: "row" },
      h("button", { type: "button", class: "small", onclick: () => blank(pad) }, t("Clear")),
      h("button", { type: "button", class: "small", onclick: () => keep() }, t("Keep the signature"))),
    photos({ id, most: 1, label: t("Take a photo of the signed paper") }, [], change));
  const keep = () => pad.dataset.drawn && pad.toBlob(async (blob) => {
    const made = await files.keep(blob, { kind: "PHOTO", name: "signature.png" });
    change([made]);
    field.replaceChildren(photos({ id, most: 1 }, [made], change));
  }, "image/png");
  return field;
}
