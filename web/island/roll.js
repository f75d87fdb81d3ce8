// <parvis-roll data-key="…">: a desk's marks are sent without leaving the page. Those that find no line wait in this
// browser, with the paper in the box, and are sent again until they are answered; a key makes sending twice harmless.
// One that is refused then stays in the list, also after the page is left, until an agent has seen it or for a day: by
// what the list calls the person, and without what else was typed.
//
// On the page without network, which is the same for every desk, the address says which desk it is.
import { read, write } from "./draft.js";
import { page, swap } from "./page.js";

const PAUSE_MS = 3_000;
const SHOWN = 8;
const BY_DOCUMENT = ["familyName", "givenNames", "bornOn"];
const REFUSED = "refused";
const KEY = "parvis.roll.";
const DESKS = "parvis.desks";
const REFUSED_KEPT_MS = 86_400_000;
const SWEPT_MS = 3_600_000;

/** The marks that a key keeps, but for those that were refused more than a day ago. */
const marksOf = (key) =>
  (read(key) ?? []).filter(({ told, at }) => told !== REFUSED || Date.now() - at < REFUSED_KEPT_MS);

/** Forget what was refused more than a day ago, of every desk, on whatever page the tablet shows. */
function sweep() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(KEY)) continue;
      const marks = marksOf(key);
      if (marks.length < read(key).length) write(key, marks.length ? marks : null);
    }
  } catch {
    // No storage, nothing kept.
  }
}
sweep();
setInterval(sweep, SWEPT_MS);

class Roll extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.done = [];
    this.form.noValidate = true; // What is wanted depends on what was typed.
    this.enter();
    this.form.addEventListener("submit", (event) => this.take(event));
    addEventListener("online", () => this.send());
    this.show();
    this.send();
  }

  /** Which desk this is; a tablet goes on without network at a desk that it has opened with it. */
  enter() {
    const { desk } = this.form.elements;
    const opened = read(DESKS) ?? {};
    if (desk.value) {
      write(DESKS, { ...opened, [desk.value]: document.querySelector("h1").textContent.trim() });
      return;
    }
    desk.value = decodeURIComponent(location.pathname.split("/").at(-1));
    this.dataset.key = KEY + desk.value;
    const name = opened[desk.value];
    this.querySelector(".at-desk").hidden = !name;
    this.querySelector(".no-desk").hidden = Boolean(name);
    if (name) document.querySelector("h1").textContent = name;
  }

  get waiting() {
    return marksOf(this.dataset.key);
  }

  get unanswered() {
    return this.waiting.filter(({ told }) => told !== REFUSED);
  }

  keep(waiting) {
    write(this.dataset.key, waiting.length ? waiting : null);
    this.show();
  }

  async take(event) {
    event.preventDefault();
    if (!this.saysWho()) return;
    const fields = new FormData(this.form);
    fields.set("idempotencyKey", crypto.randomUUID());
    const who = fields.get("email") || `${fields.get("givenNames")} ${fields.get("familyName")}`.trim();
    const body = new URLSearchParams(fields).toString();
    const button = this.form.querySelector(".press");
    button.disabled = true;
    const told = await this.post(body);
    button.disabled = false;
    if (told === "waiting") {
      // It says something else than what may have come in without an answer, so it has a key of its own.
      fields.set("isInBox", "true");
      fields.set("idempotencyKey", crypto.randomUUID());
      const id = crypto.randomUUID();
      this.keep([...this.waiting, { id, who, body: new URLSearchParams(fields).toString() }]);
      setTimeout(() => this.send(), PAUSE_MS);
    } else {
      this.tell(who, told);
      if (told === "signedOut") return; // What was typed waits here for whoever signs in again.
    }
    const first = this.form.elements[fields.get("email") ? "email" : "familyName"];
    for (const name of ["email", ...BY_DOCUMENT]) this.form.elements[name].value = "";
    first.focus(); // The next voter mostly comes with the same.
  }

  /** Whether the form says who votes: by an account, or by the whole of a document. If not, it asks for what is missing. */
  saysWho() {
    const { email } = this.form.elements;
    for (const name of BY_DOCUMENT) this.form.elements[name].required = !email.value;
    return this.form.reportValidity();
  }

  async send() {
    if (this.isSending || !this.unanswered.length) return;
    this.isSending = true;
    for (const mark of this.unanswered) {
      const told = await this.post(mark.body);
      const isUnsent = told === "waiting" || told === "signedOut";
      const refused = { id: mark.id, who: mark.who, told, at: Date.now() };
      // What was marked meanwhile, here or in another window, stays.
      const others = this.waiting.filter(({ id }) => id !== mark.id);
      if (isUnsent) this.keep([...others, { ...mark, told }]);
      else if (told === REFUSED) this.keep([...others, refused]);
      else {
        this.keep(others);
        this.tell(mark.who, told === "SIGNED" ? "signedInBox" : told);
      }
    }
    this.isSending = false;
    if (this.unanswered.length) setTimeout(() => this.send(), PAUSE_MS);
  }

  /** What came of a mark: an outcome, "refused", "signedOut", or "waiting" where there is no line. */
  async post(body) {
    try {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const answer = await page(this.form.action, { method: "POST", body, headers });
      const issue = new URL(answer.url).searchParams.get("issue");
      const signed = document.getElementById("signed");
      if (signed) swap(signed, answer.document);
      if (answer.status === 200 && answer.redirected && issue) return issue;
      if (answer.status === 401 || answer.redirected) return "signedOut";
      return answer.status < 500 && answer.status !== 429 ? "refused" : "waiting";
    } catch {
      return "waiting";
    }
  }

  tell(who, told) {
    this.done = [{ who, told }, ...this.done].slice(0, SHOWN);
    this.show();
  }

  /** The button by which an agent says that a refused mark was seen. */
  seen(who, id) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = this.dataset.seen;
    button.setAttribute("aria-label", `${this.dataset.seen} – ${who}`);
    button.addEventListener("click", () => {
      this.keep(this.waiting.filter((mark) => mark.id !== id));
      this.form.querySelector("input:not([type=hidden])").focus();
    });
    return button;
  }

  show() {
    const words = this.dataset;
    const said = {
      SIGNED: words.signed,
      REPEATED: words.repeated,
      PAPER_FIRST: words.paperFirst,
      DOUBLE: words.double,
      refused: words.refused,
      signedInBox: words.signedInBox,
      signedOut: words.signedOut,
      waiting: words.waiting,
    };
    const kept = this.waiting.map(({ id, who, told }) => ({ id, who, told: told ?? "waiting" }));
    const every = [...kept, ...this.done];
    this.querySelector(".queue ul").replaceChildren(
      ...every.map(({ id, who, told }) => {
        const item = document.createElement("li");
        const name = document.createElement("b");
        const state = document.createElement("span");
        name.textContent = who;
        const isRefused = id && told === REFUSED;
        state.textContent = isRefused ? words.refusedInBox : (said[told] ?? told);
        item.append(name, state);
        if (isRefused) item.append(this.seen(who, id));
        return item;
      }),
    );
    this.querySelector(".queue").hidden = every.length === 0;
  }
}
customElements.define("parvis-roll", Roll);
