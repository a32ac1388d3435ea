// Photos: made smaller on the phone, without where they were taken, before anything is kept of them.

import { announce, h, icon } from "../core/dom.js";
import { t } from "../core/words.js";
import * as files from "../work/files.js";

const LONGEST_PX = 1600;
const QUALITY = 0.8;

/** A photo of at most 1600 pixels, as JPEG: drawn anew, so that nothing else of it comes along. */
export async function smaller(blob) {
  const whole = await createImageBitmap(blob, { imageOrientation: "from-image" });
  const share = Math.min(1, LONGEST_PX / Math.max(whole.width, whole.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(whole.width * share));
  canvas.height = Math.max(1, Math.round(whole.height * share));
  canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

const nameNow = () => `${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.jpg`;

async function kept(chosen) {
  try {
    return await files.keep(await smaller(chosen), { kind: "PHOTO", name: nameNow() });
  } catch (error) {
    if (error instanceof files.NoRoom) {
      announce(t("The phone is full: no new photos. Send what waits, or delete something; notes still work."), "bad");
    } else {
      announce(t("This photo cannot be read. Take it again."), "bad");
    }
    return null;
  }
}

async function preview(id, remove) {
  const file = await files.open(id);
  if (!file) return h("li", { class: "thumb" }, t("Sent"));
  const url = URL.createObjectURL(file.blob);
  if (file.kind === "VOICE") {
    return h("li", {}, h("audio", { controls: true, src: url, "aria-label": t("Voice note") }));
  }
  const picture = h("img", { src: url, alt: t("Photo, %(kb)s kB", { kb: Math.round(file.size / 1024) }) });
  picture.addEventListener("load", () => URL.revokeObjectURL(url));
  return h("li", { class: "thumb" }, picture,
    remove && h("button", { type: "button", class: "small", onclick: remove }, t("Remove")));
}

/** A row of photos; `change` hears the new list of identifiers. */
export function photos({ id, label = t("Take a photo"), most = 10 }, value, change) {
  let ids = [...(value ?? [])];
  const row = h("ul", { class: "thumbs" });
  const input = h("input", { id, type: "file", accept: "image/*", capture: "environment", class: "hidden-input" });
  const button = h("label", { for: id, class: "button" }, icon("camera"), label);
  const draw = async () => {
    row.replaceChildren(...(await Promise.all(ids.map((each) => preview(each, () => set(ids.filter((i) => i !== each), each))))));
    button.hidden = ids.length >= most;
  };
  const set = async (next, dropped) => {
    ids = next;
    if (dropped) await files.forget(dropped);
    change(ids);
    await draw();
  };
  input.addEventListener("change", async () => {
    const [chosen] = input.files;
    input.value = "";
    const made = chosen && (await kept(chosen));
    if (made) await set([...ids, made]);
  });
  draw();
  return h("div", { class: "photo-field" }, row, input, button);
}

/** Photos and voice notes to look at and listen to only. */
export function shown(ids) {
  const row = h("ul", { class: "thumbs" });
  Promise.all(ids.map((id) => preview(id, null))).then((found) => row.append(...found));
  return row;
}
