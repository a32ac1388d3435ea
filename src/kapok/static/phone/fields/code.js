// A code: typed, or read by the camera. The browser's own reader, or the vendored one in a worker of its own.

import { announce, h, icon } from "../core/dom.js";
import { t } from "../core/words.js";

const EVERY_MS = 250;
const WIDTH = 480;

function ownReader() {
  const worker = new Worker("/my/worker/qr.js", { type: "module" });
  const canvas = new OffscreenCanvas(WIDTH, WIDTH);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const read = (video) => new Promise((resolve) => {
    canvas.width = WIDTH;
    canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    worker.onmessage = (event) => resolve(event.data);
    worker.postMessage({ data, width, height }, [data.buffer]);
  });
  return { read, end: () => worker.terminate() };
}

async function reader() {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats?.()) ?? [];
  if (!formats.includes("qr_code")) return ownReader();
  const detector = new BarcodeDetector({ formats });
  return { read: async (video) => (await detector.detect(video))[0]?.rawValue ?? null, end: () => {} };
}

async function look(video, isOn, found) {
  const eye = await reader();
  while (isOn()) {
    const code = video.videoWidth ? await eye.read(video).catch(() => null) : null;
    if (code) { found(code); break; }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  eye.end();
}

async function scan(dialog, video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  await video.play();
  await look(video, () => dialog.open, found);
  for (const track of stream.getTracks()) track.stop();
}

/** A field for a code, with a button that opens the camera. */
export function code({ id, described }, value, change) {
  const input = h("input", {
    id, type: "text", value: value ?? "", autocomplete: "off", "aria-describedby": described,
    oninput: (event) => change(event.target.value),
  });
  const video = h("video", { playsinline: true, muted: true, "aria-label": t("Picture of the camera") });
  const dialog = h("dialog", { class: "scanner", "aria-label": t("Read a code") }, video,
    h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("Close")));
  const open = async () => {
    dialog.showModal();
    try {
      await scan(dialog, video, (read) => { input.value = read; change(read); });
    } catch {
      announce(t("The camera is not allowed. Allow it in the settings of the browser, or type the code."), "bad");
    }
    dialog.close();
  };
  return h("div", { class: "code-field" }, input,
    h("button", { type: "button", class: "button", onclick: open }, icon("camera"), t("Read a code")), dialog);
}
