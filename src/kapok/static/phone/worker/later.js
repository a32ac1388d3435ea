// Sending while the app is closed, where the browser has Background Sync: what is sealed needs
// neither PIN nor session. Photos and voice notes follow when the app is open; so does everything else.

/* global kapokTurns */

const SEND = "kapok-send";
const RIGHT_ANSWERS = 200;
const AGAIN_FROM = 500;
const TOO_OFTEN = 429;

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** The app's database, or `null` where there is none yet; it is never made or changed here. */
async function database() {
  const request = indexedDB.open("kapok-phone");
  request.onupgradeneeded = () => request.transaction.abort();
  const db = await asked(request).catch(() => null);
  if (db) db.onversionchange = () => db.close();
  return db;
}

/** Post a batch; `null` where the app itself must see to it. */
async function posted(device, batch) {
  const commands = batch.map(({ id, sealed, signature }) => ({ id, sealed, signature }));
  const answer = await fetch("/api/sync/", {
    method: "POST", credentials: "same-origin", cache: "no-store",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ device, cursor: null, pull: false, commands }),
  });
  if (answer.status >= AGAIN_FROM || answer.status === TOO_OFTEN) throw new Error(`${answer.status}`);
  return answer.status === RIGHT_ANSWERS ? answer.json() : null;
}

async function keep(db, batch, answers) {
  const byId = new Map(batch.map((entry) => [entry.id, entry]));
  const writing = db.transaction("outbox", "readwrite");
  for (const answer of answers.filter(({ id }) => byId.has(id))) {
    const left = kapokTurns.after(byId.get(answer.id), answer, Date.now());
    if (left) writing.objectStore("outbox").put(left);
    else writing.objectStore("outbox").delete(answer.id);
  }
  await new Promise((resolve, reject) => { writing.oncomplete = resolve; writing.onabort = reject; });
}

async function sendAll(db) {
  const me = await asked(db.transaction("meta").objectStore("meta").get("identity"));
  for (;;) {
    const rows = await asked(db.transaction("outbox").objectStore("outbox").getAll());
    const batch = kapokTurns.sendable(kapokTurns.own(rows, me)).slice(0, kapokTurns.most);
    const said = batch.length ? await posted(me.device, batch) : null;
    if (!said?.answers.length) return;
    await keep(db, batch, said.answers);
  }
}

async function send() {
  const db = await database();
  if (!db) return;
  try {
    await sendAll(db);
  } finally {
    db.close();
  }
}

addEventListener("sync", (event) => {
  if (event.tag === SEND) event.waitUntil(navigator.locks.request(SEND, send));
});
