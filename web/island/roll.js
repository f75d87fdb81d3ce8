// <parvis-roll data-key="…">: a desk's marks are sent without leaving the page. Those that find no line wait in this
// browser, with the paper in the box, and are sent again until they are answered; a key makes sending twice harmless.
import { read, write } from "./draft.js";

const PAUSE_MS = 3_000;
const SHOWN = 8;

class Roll extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.done = [];
    this.form.addEventListener("submit", (event) => this.take(event));
    addEventListener("online", () => this.send());
    this.show();
    this.send();
  }

  get waiting() {
    return read(this.dataset.key) ?? [];
  }

  keep(waiting) {
    write(this.dataset.key, waiting.length ? waiting : null);
    this.show();
  }

  async take(event) {
    event.preventDefault();
    const fields = new FormData(this.form);
    fields.set("idempotencyKey", crypto.randomUUID());
    const who = fields.get("email") || fields.get("name");
    const body = new URLSearchParams(fields).toString();
    const button = this.form.querySelector(".press");
    button.disabled = true;
    const told = await this.post(body);
    button.disabled = false;
    if (told === "waiting") {
      fields.set("isInBox", "true");
      this.keep([...this.waiting, { who, body: new URLSearchParams(fields).toString() }]);
      setTimeout(() => this.send(), PAUSE_MS);
    } else {
      this.tell(who, told);
      if (told === "signedOut") return; // What was typed waits here for whoever signs in again.
    }
    for (const name of ["email", "name", "bornOn"]) this.form.elements[name].value = "";
    this.form.elements.email.focus();
  }

  async send() {
    if (this.isSending || !this.waiting.length) return;
    this.isSending = true;
    for (const mark of this.waiting) {
      const told = await this.post(mark.body);
      const isLeft = told === "waiting" || told === "signedOut";
      // What was marked meanwhile, here or in another window, stays.
      const others = this.waiting.filter(({ body }) => body !== mark.body);
      this.keep(isLeft ? [...others, { ...mark, told }] : others);
      if (!isLeft) this.tell(mark.who, told);
    }
    this.isSending = false;
    if (this.waiting.length) setTimeout(() => this.send(), PAUSE_MS);
  }

  /** What came of a mark: an outcome, "refused", "signedOut", or "waiting" where there is no line. */
  async post(body) {
    try {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const answer = await fetch(this.form.action, { method: "POST", body, headers, credentials: "same-origin" });
      const issue = new URL(answer.url).searchParams.get("issue");
      if (answer.ok && answer.redirected && issue) return issue;
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

  show() {
    const words = this.dataset;
    const said = {
      SIGNED: words.signed,
      REPEATED: words.repeated,
      PAPER_FIRST: words.paperFirst,
      DOUBLE: words.double,
      refused: words.refused,
      signedOut: words.signedOut,
      waiting: words.waiting,
    };
    const every = [...this.waiting.map(({ who, told }) => ({ who, told: told ?? "waiting" })), ...this.done];
    this.querySelector(".queue ul").replaceChildren(
      ...every.map(({ who, told }) => {
        const item = document.createElement("li");
        const name = document.createElement("b");
        const state = document.createElement("span");
        name.textContent = who;
        state.textContent = said[told] ?? told;
        item.append(name, state);
        return item;
      }),
    );
    this.querySelector(".queue").hidden = every.length === 0;
  }
}
customElements.define("parvis-roll", Roll);
