// The service worker: keeps the files of the app so that it starts without network, and nothing else.
// No answer of the interface is ever kept here; what is personal lies encrypted in the database.

/* global KAPOK, workbox */

workbox.core.setCacheNameDetails({ prefix: "kapok", suffix: "v1", precache: "shell" });
// The files are the same for everybody, whatever "Vary" says of the pages around them: without it a
// phone whose language or session changed would not find them again.
const forEverybody = async ({ response }) => {
  if (response.status !== 200) return null;
  const headers = new Headers(response.headers);
  headers.delete("Vary");
  return new Response(await response.blob(), { headers });
};
workbox.precaching.addPlugins([{ cacheWillUpdate: forEverybody }]);
workbox.precaching.precacheAndRoute(KAPOK.kept, { ignoreURLParametersMatching: [/.*/] });
workbox.precaching.cleanupOutdatedCaches();
workbox.routing.registerRoute(
  new workbox.routing.NavigationRoute(workbox.precaching.createHandlerBoundToURL("/my/"), {
    allowlist: [/^\/my\/$/],
  }),
);

// The programme of the map is large: kept when it was used once, in its version.
const MAP = `kapok-map-${KAPOK.map}`;
workbox.routing.registerRoute(
  ({ url }) => url.pathname.startsWith("/static/vendor/maplibre-gl/"),
  new workbox.strategies.CacheFirst({ cacheName: MAP }),
);

addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("kapok-map-") && name !== MAP);
  const drop = async () => Promise.all(old(await caches.keys()).map((name) => caches.delete(name)));
  event.waitUntil(drop().then(() => clients.claim()));
});

// A new version waits until whoever uses the app says so; the database is never touched here.
addEventListener("message", (event) => {
  if (event.data === "update") skipWaiting();
});
