// The portal without a line: files that never change, the last home page as strangers see it, a page that says so, and a
// polling desk's, which knows nobody.
// A page of somebody who is signed in is private, and never kept.
const NAME = "parvis-{{ version }}";
const OFFLINE = "/hors-ligne";
const OFFLINE_DESK = "/bureau/hors-ligne";
const DESK = /^(\/[a-z]{2})?\/bureau\/[^/]+$/;
const FILES = [{% for file in files %}"{{ file }}"{% if not loop.last %}, {% endif %}{% endfor %}];
const LASTING = /^\/(static\/portal\/|(theme|couverture|icone)-)/;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((kept) => kept.addAll([...[OFFLINE, OFFLINE_DESK].map(unsigned), ...FILES])).then(() => skipWaiting()));
});
addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => clients.claim()));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (LASTING.test(pathname)) event.respondWith(lasting(request));
  else if (request.mode === "navigate") event.respondWith(navigate(request, pathname));
});

// As strangers see it.
function unsigned(path) {
  return new Request(path, { credentials: "omit" });
}

async function lasting(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(NAME)).put(request, answer.clone());
  return answer;
}

async function navigate(request, pathname) {
  try {
    const answer = await fetch(request);
    const isPublic = answer.ok && !(answer.headers.get("cache-control") ?? "private").includes("private");
    if (pathname === "/" && isPublic) (await caches.open(NAME)).put("/", answer.clone());
    return answer;
  } catch {
    if (DESK.test(pathname)) return (await caches.match(OFFLINE_DESK)) || Response.error();
    return (pathname === "/" && (await caches.match("/"))) || (await caches.match(OFFLINE)) || Response.error();
  }
}
