// Pages as islands get them: fetched from the portal itself, parsed without running anything in them.
const WORKER = /^\/(sw|static\/portal\/worker-\w+)\.js$/;
const policy = globalThis.trustedTypes?.createPolicy("parvis", {
  createHTML: (text) => text,
  createScriptURL: (url) => {
    if (!WORKER.test(url)) throw new TypeError(url);
    return url;
  },
});

/** The address of a worker of this portal, as the browser wants it. */
export const worker = (url) => (policy ? policy.createScriptURL(url) : url);

/** A page of this portal as a document; null when there is none. */
export async function page(url, options) {
  const answer = await fetch(url, { credentials: "same-origin", ...options });
  const html = await answer.text();
  const parsed = new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
  return { status: answer.status, url: answer.url, redirected: answer.redirected, document: parsed };
}

/** Puts the part of another page where the same part is here, and the focus back where it was. */
export function swap(part, other) {
  const found = other.getElementById(part.id);
  if (!found) return false;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.replaceChildren(...document.importNode(found, true).childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  return true;
}
