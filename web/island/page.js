// Pages as islands get them: fetched from the portal itself, parsed without running anything in them.
const policy = globalThis.trustedTypes?.createPolicy("parvis", {
  createHTML: (text) => text,
  createScriptURL: (url) => {
    if (url !== "/sw.js") throw new TypeError(url);
    return url;
  },
});

export const workerUrl = policy ? policy.createScriptURL("/sw.js") : "/sw.js";

/** A page of this portal as a document; null when there is none. */
export async function page(url, options) {
  const answer = await fetch(url, { credentials: "same-origin", ...options });
  const html = await answer.text();
  const parsed = new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
  return { status: answer.status, url: answer.url, document: parsed };
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
