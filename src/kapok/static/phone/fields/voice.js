// A voice note: recorded only while the button says so, at most two minutes.

import { announce, h, icon } from "../core/dom.js";
import { t } from "../core/words.js";
import * as files from "../work/files.js";

const LONGEST_MS = 120_000;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const ENDINGS = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" };

async function recorded(recorder, stream) {
  const parts = [];
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  await new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
  for (const track of stream.getTracks()) track.stop();
  return new Blob(parts, { type: recorder.mimeType.split(";")[0] });
}

async function kept(blob) {
  try {
    return await files.keep(blob, { kind: "VOICE", name: `voice.${ENDINGS[blob.type] ?? "webm"}` });
  } catch (error) {
    if (!(error instanceof files.NoRoom)) throw error;
    announce(t("The phone is full: no new voice notes. Send what waits, or delete something; notes still work."), "bad");
    return null;
  }
}

async function listened(id, remove) {
  const file = await files.open(id);
  if (!file) return h("li", {}, t("Sent"));
  return h("li", {},
    h("audio", { controls: true, src: URL.createObjectURL(file.blob), "aria-label": t("Voice note") }),
    h("button", { type: "button", class: "small", onclick: remove }, t("Remove")));
}

/** A button that records, and what was recorded. */
export function voice({ id, most = 3 }, value, change) {
  let ids = [...(value ?? [])];
  let recorder = null;
  const row = h("ul", { class: "voices" });
  const words = h("span", {}, t("Record a voice note"));
  const button = h("button", { id, type: "button", class: "button", "aria-pressed": "false" }, icon("voice"), words);
  const draw = async () => {
    row.replaceChildren(...(await Promise.all(ids.map((each) => listened(each, () => drop(each))))));
    button.hidden = ids.length >= most;
  };
  const set = async (next) => { ids = next; change(ids); await draw(); };
  const drop = async (each) => { await files.forget(each); await set(ids.filter((other) => other !== each)); };
  const look = (isOn) => {
    button.setAttribute("aria-pressed", String(isOn));
    words.textContent = isOn ? t("Stop recording") : t("Record a voice note");
  };
  const record = async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    recorder = new MediaRecorder(stream, { mimeType: TYPES.find((type) => MediaRecorder.isTypeSupported(type)), audioBitsPerSecond: 24_000 });
    const whole = recorded(recorder, stream);
    recorder.start();
    look(true);
    const end = setTimeout(() => recorder?.state === "recording" && recorder.stop(), LONGEST_MS);
    const made = await kept(await whole);
    clearTimeout(end);
    recorder = null;
    look(false);
    if (made) await set([...ids, made]);
  };
  button.addEventListener("click", () => {
    if (recorder) return recorder.stop();
    return record().catch(() => announce(t("The microphone is not allowed. Allow it in the settings of the browser, or write it down."), "bad"));
  });
  draw();
  return h("div", { class: "voice-field" }, row, button);
}
