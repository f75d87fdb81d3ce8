// <parvis-typing>: short ballots are read while they are typed: what each says stands beside it, sums below; Enter leads
// to the next line. Without it the server says what it cannot read, beside the line.
const NAMED = /^(\d{1,4})(?:[:=](\d{1,4}))?$/;
const BLANKS = ["b", "blanc", "blank"];
const NULLS = ["n", "nul", "null"];

class Typing extends HTMLElement {
  connectedCallback() {
    this.titles = new Map([...this.querySelectorAll("[data-number]")].map((item) => [Number(item.dataset.number), item.textContent]));
    this.lines = [...this.querySelectorAll(".short-ballots input")];
    this.addEventListener("input", () => this.check());
    this.addEventListener("keydown", (event) => this.go(event));
    this.check();
  }

  go(event) {
    const place = this.lines.indexOf(event.target);
    if (event.key !== "Enter" || place < 0 || event.isComposing) return;
    const next = this.lines[place + 1] ?? this.querySelector("form .press");
    event.preventDefault();
    (event.target.value.trim() ? next : this.querySelector("form .press")).focus();
  }

  /** What a line says: its kind, and words for whoever types. */
  read(text) {
    const words = this.dataset;
    const typed = text.trim().toLowerCase();
    if (BLANKS.includes(typed)) return ["blank", words.blank];
    if (NULLS.includes(typed)) return ["spoilt", words.spoilt];
    const seen = new Set();
    for (const part of typed.split(/[\s,;+]+/)) {
      const number = Number(NAMED.exec(part)?.[1] ?? Number.NaN);
      if (Number.isNaN(number)) return ["wrong", words.unread];
      if (!this.titles.has(number)) return ["wrong", words.unknown.replace("{number}", number)];
      if (seen.has(number)) return ["wrong", words.twice.replace("{number}", number)];
      seen.add(number);
    }
    if (words.most && seen.size > Number(words.most)) return ["wrong", words.more];
    return ["valid", [...seen].map((number) => this.titles.get(number)).join(" · ")];
  }

  check() {
    const counts = { valid: 0, blank: 0, spoilt: 0, wrong: 0 };
    for (const input of this.lines) {
      const [kind, said] = input.value.trim() ? this.read(input.value) : ["", ""];
      if (kind) counts[kind] += 1;
      const told = input.closest("li").querySelector("output");
      told.textContent = said;
      told.classList.toggle("problem", kind === "wrong");
      input.setCustomValidity(kind === "wrong" ? said : "");
    }
    const all = counts.valid + counts.blank + counts.spoilt;
    const told = { ...counts, all };
    this.querySelector(".sums").textContent = all
      ? this.dataset.sums.replace(/\{(\w+)\}/g, (_, name) => told[name])
      : "";
  }
}
customElements.define("parvis-typing", Typing);
