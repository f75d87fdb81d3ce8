// Signing in: a window of the portal hands a code over. Where it was cut off from this page (the host's or an identity
// provider's Cross-Origin-Opener-Policy), it leads to this very page instead, with the code behind the #, which no server
// sees: that tab gives it to the one that asked, or goes on itself.
import { store } from "./door.js";

const FIELD = "parvis";
const LONGEST_BACK = 600;
const ANSWER_MS = 1_500;
const STATE = "parvis state";
const SIZE = "popup,width=520,height=760";

const channel = (() => {
  try {
    return new BroadcastChannel("parvis sign-in");
  } catch {
    return null; // Blocked with storage.
  }
})();

/** What was asked for here and not yet answered, by its state. */
const asked = new Map();

function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/** The address to come back to: this page's, or less of it where it is long. */
function back() {
  const bare = location.origin + location.pathname;
  const fit = [location.href, bare].find((address) => encodeURIComponent(address).length <= LONGEST_BACK);
  return fit ?? `${location.origin}/`;
}

/** The window's address, and the state by which its answer is told. */
export function prepared(door, language) {
  const state = random();
  const fields = new URLSearchParams({ widget: door.widget, origin: location.origin, state, back: back(), language });
  return { state, address: `${door.portal}/auth/popup?${fields}` };
}

/** Open the window; `take` is called with the code. False where the browser opened none. To be called in a click. */
export function open(door, language, take) {
  const { state, address } = prepared(door, language);
  const opened = window.open(address, "parvis-sign-in", SIZE);
  if (!opened) return false;
  asked.set(state, { door, take });
  return true;
}

/** Sign in in this very tab: the page is left, and comes back. */
export function leave(door, language) {
  const { state, address } = prepared(door, language);
  store.write(STATE, state);
  location.assign(address);
}

function answered(state, code) {
  const waiting = asked.get(state);
  if (!waiting) return false;
  asked.delete(state);
  waiting.take(code);
  return true;
}

addEventListener("message", ({ origin, data }) => {
  if (data?.type !== "parvis:sign-in" || asked.get(data.state)?.door.portal !== origin) return;
  answered(data.state, data.code);
});
channel?.addEventListener("message", ({ data }) => {
  if (data?.code && answered(data.state, data.code)) channel.postMessage({ taken: data.state });
});

/** What this page was opened with, once: for the widget of an id, a code, and whether this browser asked for it. */
let arrival = arrived();

function arrived() {
  const fields = location.hash.replace(/^#/, "").split("&");
  const place = fields.findIndex((field) => field.startsWith(`${FIELD}=`));
  if (place < 0) return null;
  const [widget, state, code] = fields[place].slice(FIELD.length + 1).split(".");
  fields.splice(place, 1);
  const rest = fields.join("&");
  history.replaceState(history.state, "", location.pathname + location.search + (rest ? `#${rest}` : ""));
  const isAsked = Boolean(state) && store.read(STATE) === state;
  store.write(STATE, null);
  return code ? { widget, state, code, isAsked } : null;
}

/** How this page came to a code for a widget: `handed` to the tab that asked, `asked` for here, or out of the blue, which
 * a person has to confirm: somebody may have sent a link. Null for none. */
export async function arrivalFor(widget) {
  const came = arrival;
  if (came?.widget !== widget) return null;
  arrival = null;
  if (came.isAsked) return { how: "asked", code: came.code };
  if (await isTaken(came)) {
    window.close();
    return { how: "handed" };
  }
  return { how: "unasked", code: came.code };
}

function isTaken({ state, code }) {
  if (!channel || !state) return false;
  return new Promise((done) => {
    const end = (is) => {
      channel.removeEventListener("message", listen);
      clearTimeout(timer);
      done(is);
    };
    const listen = ({ data }) => data?.taken === state && end(true);
    const timer = setTimeout(end, ANSWER_MS, false);
    channel.addEventListener("message", listen);
    channel.postMessage({ state, code });
  });
}
