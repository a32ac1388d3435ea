// Reads codes beside the page, so that a slow phone's screen does not stand still meanwhile.

import decode from "../../vendor/qr/decode.js";

onmessage = ({ data: { data, width, height } }) => {
  try {
    postMessage(decode({ data, width, height }));
  } catch {
    postMessage(null); // no code in this picture
  }
};
