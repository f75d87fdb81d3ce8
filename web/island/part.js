// <parvis-part id="…">: its forms are sent without leaving the page, and the part is taken from the page that answers.
// What a press will change is shown at once; when it fails, the browser sends the form as it does without script.
import { page, swap } from "./page.js";

class Part extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.send(event));
    if (this.dataset.watch !== undefined) this.watch();
  }

  async send(event) {
    const { target: form, submitter } = event;
    if (form.method !== "post" || submitter?.name || !navigator.onLine || this.querySelector("[aria-busy]")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    submitter?.setAttribute("aria-busy", "true");
    this.foresee(submitter);
    try {
      const got = await page(form.action, { method: "POST", body });
      if (got.status === 200 && swap(this, got.document)) return this.say(got.document);
    } catch {
      // The line is gone: the browser says so when it sends the form itself.
    }
    form.submit();
  }

  /** The pressed button as it will be: its own count one up, that of the button pressed before one down. */
  foresee(button) {
    const add = (number, by) => {
      if (number) number.textContent = String(Number(number.textContent.replace(/\D/g, "")) + by);
    };
    if (button?.dataset.done) {
      button.textContent = button.dataset.done;
      add(button.closest("article, .panel")?.querySelector(".rank .big, .huge, .gauge .big"), 1);
    }
    if (!button?.classList.contains("vote") || button.getAttribute("aria-pressed") === "true") return;
    const count = (of, by) => add(of?.querySelector("b"), by);
    const before = button.closest(".choices")?.querySelector('[aria-pressed="true"]');
    count(before, -1);
    before?.setAttribute("aria-pressed", "false");
    count(button, 1);
    button.setAttribute("aria-pressed", "true");
  }

  /** What changed, for whoever does not see it. */
  say(other) {
    const told = other.getElementById(this.id)?.querySelector("[data-told]")?.textContent;
    const live = document.getElementById("told");
    if (live) live.textContent = told || live.dataset.done || "";
  }

  /** Within a form: a changed choice, or some typed letters, shows the step anew. */
  watch() {
    const form = this.closest("form");
    const typed = (this.dataset.on || "town").split(" ");
    let timer;
    const ask = async () => {
      const body = new URLSearchParams(new FormData(form));
      body.set("step", this.dataset.watch);
      this.asking?.abort();
      this.asking = new AbortController();
      try {
        const got = await page(form.action, { method: "POST", body, signal: this.asking.signal });
        if (got.status === 200) swap(this, got.document);
      } catch {
        // Superseded, or no line: the form's own buttons do the same.
      }
    };
    form.addEventListener("change", ({ target }) => {
      if (target.type === "radio" ? typed.includes("town") : typed.includes(target.name)) ask();
    });
    form.addEventListener("input", ({ target }) => {
      if (!typed.includes(target.name)) return;
      clearTimeout(timer);
      if (target.name !== "town" || target.value.trim().length > 2) timer = setTimeout(ask, 200);
    });
  }
}
customElements.define("parvis-part", Part);
