// <parvis-find>: below the field of a search, the places that its results page would show, while one types.
import { page } from "./page.js";

const LETTERS = 3;
const PAUSE_MS = 200;

class Find extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input[name=search]");
    const form = field.form;
    this.list = document.createElement("div");
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.append(this.list);
    let timer;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      this.asking?.abort();
      if (field.value.trim().length < LETTERS) this.list.hidden = true;
      else timer = setTimeout(() => this.suggest(`${form.action}?search=${encodeURIComponent(field.value)}`), PAUSE_MS);
    });
    this.addEventListener("keydown", (event) => this.move(event, field));
    this.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.contains(relatedTarget)) this.list.hidden = true;
    });
  }

  async suggest(url) {
    this.asking = new AbortController();
    try {
      const got = await page(url, { signal: this.asking.signal });
      const places = got.document.getElementById("lieux");
      this.list.replaceChildren(...(places ? [document.importNode(places, true)] : []));
      this.list.hidden = !places;
    } catch {
      this.list.hidden = true;
    }
  }

  move(event, field) {
    const links = this.list.hidden ? [] : [...this.list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      this.list.hidden = true;
      field.focus();
    } else if (event.key === "ArrowDown" && at + 1 < links.length) {
      event.preventDefault();
      links[at + 1].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (links[at - 1] ?? field).focus();
    }
  }
}
customElements.define("parvis-find", Find);
