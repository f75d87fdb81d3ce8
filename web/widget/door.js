// A door to one portal for one widget: tokens without cookies, operations by the digest of the product's own documents.
import viewerDocument from "./document/viewer.graphql";

const TIMEOUT_MS = 15_000;
/** A token is renewed this long before its end. */
const EARLY_MS = 30_000;

/** Why something was not answered: `wrong` (this site may not show the widget), `failed`, `signed_out`. */
export class DoorError extends Error {}

/** What the browser keeps for this tab; nothing where it keeps nothing. */
const store = {
  read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false; // Storage is blocked: the page remembers, as long as it is open.
    }
  },
};
export { store };

const doors = new Map();
/** The door that all elements of one widget on this page share. */
export function doorTo(portal, widget) {
  const key = `${portal} ${widget}`;
  if (!doors.has(key)) doors.set(key, new Door(portal, widget));
  return doors.get(key);
}

/** Tells `change` when somebody signs in or out. `name` is who signed in, null for nobody. */
class Door extends EventTarget {
  name = null;
  /** What the portal's administrators chose for the widget: the activity's id and colours, null for what they did not. */
  settings = { activity: null, theme: {} };
  #anonymous = null;
  #member = null;

  constructor(portal, widget) {
    super();
    this.portal = portal;
    this.widget = widget;
    const kept = store.read(this.#key);
    if (kept?.token && isGood(kept)) {
      this.#member = kept;
      this.name = kept.name;
    }
  }

  get #key() {
    return `parvis ${this.portal} ${this.widget}`;
  }

  /** Learn what the administrators chose. */
  async open() {
    await this.#anybody();
    return this.settings;
  }

  /** The data of an operation. Raises DoorError. */
  async ask(documentId, variables, language) {
    const isMember = this.#member !== null;
    if (isMember && !isGood(this.#member)) return this.#signedOut();
    const { token } = this.#member ?? (await this.#anybody());
    const answer = await this.#send("/graphql", { documentId, variables }, {
      authorization: `Bearer ${token}`,
      "accept-language": language,
    });
    if (answer.status === 401) {
      if (isMember) return this.#signedOut();
      this.#anonymous = null;
      throw new DoorError("failed");
    }
    const body = await read(answer);
    if (!body?.data) throw new DoorError("failed");
    return body.data;
  }

  /** Whose a code is. Gives what `adopt` takes. Raises DoorError. */
  async redeem(code) {
    const answer = await this.#send(`/widget/${this.widget}/session`, { code });
    if (!answer.ok) throw new DoorError("expired");
    const { token, expiresAt } = await read(answer);
    const told = await this.#send("/graphql", { documentId: viewerDocument }, { authorization: `Bearer ${token}` });
    const name = (await read(told))?.data?.viewer?.name;
    if (!name) throw new DoorError("expired");
    return { token, expiresAt, name };
  }

  /** Go on as who was redeemed. */
  adopt(member) {
    this.#member = member;
    this.name = member.name;
    store.write(this.#key, member);
    this.dispatchEvent(new Event("change"));
  }

  signOut() {
    this.#member = null;
    this.name = null;
    store.write(this.#key, null);
    this.dispatchEvent(new Event("change"));
  }

  #signedOut() {
    this.signOut();
    throw new DoorError("signed_out");
  }

  async #anybody() {
    if (this.#anonymous && isGood(await this.#anonymous.catch(() => null))) return this.#anonymous;
    this.#anonymous = this.#fetched();
    return this.#anonymous;
  }

  async #fetched() {
    const answer = await this.#send(`/widget/${this.widget}/token`);
    const given = await read(answer);
    this.settings = { activity: given.activity ?? null, theme: given.theme ?? {} };
    return given;
  }

  async #send(path, body, headers = {}) {
    let answer;
    try {
      answer = await fetch(this.portal + path, {
        method: "POST",
        credentials: "omit",
        referrerPolicy: "no-referrer",
        headers: { ...(body && { "content-type": "application/json" }), ...headers },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      // A browser hides the answer to a site that is not the widget's, and a portal that is away, in the same words.
      throw new DoorError("failed");
    }
    if (answer.status === 404) throw new DoorError("wrong");
    if (answer.status >= 500 || answer.status === 429) throw new DoorError("failed");
    return answer;
  }
}

const isGood = (held) => held !== null && Date.parse(held.expiresAt) - EARLY_MS > Date.now();

async function read(answer) {
  try {
    return await answer.json();
  } catch {
    throw new DoorError("failed");
  }
}
