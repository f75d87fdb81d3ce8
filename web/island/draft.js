// <parvis-draft data-key="…">: what is typed into its form is kept in this browser, offered again, and forgotten when it
// was published or after two weeks. With `data-over` the form has words already: a draft that differs from them is offered,
// and forgotten when it is sent. Without a line the form waits here, too, and is sent when the line is back.
const KEPT_MS = 14 * 86_400_000;
const FIELDS = "input[name]:not([type=hidden]):not([type=radio]), textarea[name], select[name]";
export const QUEUE = "parvis.queue";

export function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

class Draft extends HTMLElement {
  connectedCallback() {
    if (this.dataset.done) return write(this.dataset.done, null);
    this.form = this.querySelector("form");
    this.key = this.dataset.key;
    this.offer();
    this.form.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.keep(), 400);
    });
    addEventListener("pagehide", () => this.timer && this.keep());
    this.form.addEventListener("submit", (event) => this.hold(event));
  }

  fields() {
    return [...this.form.querySelectorAll(FIELDS)].filter((field) => field.type !== "search");
  }

  keep() {
    this.timer = clearTimeout(this.timer);
    const typed = Object.fromEntries(
      this.fields().map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]),
    );
    const before = read(this.key)?.typed;
    write(this.key, { at: Date.now(), typed: { ...before, ...typed } });
  }

  offer() {
    const draft = read(this.key);
    const line = this.querySelector(".draft");
    if (!draft || !line) return;
    if (Date.now() - draft.at > KEPT_MS) return write(this.key, null);
    const said = (field) => (field.type === "checkbox" ? field.checked : field.value);
    const empty = this.fields().every((field) => field.type === "checkbox" || field.tagName === "SELECT" || !field.value);
    const other = this.fields().some((field) => (draft.typed[field.name] ?? said(field)) !== said(field));
    if (!("over" in this.dataset ? other : empty) || !Object.values(draft.typed).some((value) => value && value !== true)) return;
    line.hidden = false;
    line.querySelector(".take").addEventListener("click", () => {
      for (const field of this.fields()) {
        const value = draft.typed[field.name];
        if (value === undefined) continue;
        if (field.type === "checkbox") field.checked = value;
        else field.value = value;
      }
      line.hidden = true;
      this.fields()[0]?.focus();
    });
    line.querySelector(".drop").addEventListener("click", () => {
      write(this.key, null);
      line.hidden = true;
    });
  }

  /** No line: the publication waits in this browser under its key, so that it is never made twice. */
  hold(event) {
    if (event.submitter?.name) return this.keep(); // Another step: nothing is sent yet.
    this.timer = clearTimeout(this.timer);
    if ("over" in this.dataset && navigator.onLine) write(this.key, null);
    const body = new FormData(this.form);
    if (navigator.onLine || !body.get("idempotencyKey")) return;
    const waiting = { at: Date.now(), draft: this.key, url: this.form.action, title: body.get("title"), body: new URLSearchParams(body).toString() };
    if (!write(QUEUE, [...(read(QUEUE) ?? []), waiting])) return;
    event.preventDefault();
    location.assign(this.dataset.offline);
  }
}
customElements.define("parvis-draft", Draft);
