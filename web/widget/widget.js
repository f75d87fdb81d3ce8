// What every widget is: a section of another site's page in a shadow root, in the portal's colours or the host's.
import { LitElement, html, nothing } from "lit";

import { palette } from "./color.js";
import { DoorError, doorTo } from "./door.js";
import { style } from "./style.js";
import { languageOf, say } from "./word.js";

/** What a host page may set, as an attribute or else as a CSS variable `--parvis-…`. */
const LOOKS = ["color", "background", "text", "font", "radius"];
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const FONT_FORM = /^[\p{L}\p{N} ,'"_-]{1,120}$/u;
const RADIUS_FORM = /^\d{1,2}(px|rem)?$/;

export class Widget extends LitElement {
  static styles = style;
  static properties = {
    portal: {},
    widget: {},
    activity: {},
    contribution: {},
    level: { type: Number },
    first: { type: Number },
    ...Object.fromEntries(LOOKS.map((name) => [name, {}])),
    data: { state: true },
    trouble: { state: true },
    told: { state: true },
  };

  #colors = new CSSStyleSheet();
  #begun = 0;
  #hear = () => this.heard();

  constructor() {
    super();
    this.level = 2;
    this.data = null;
    this.trouble = "";
    this.told = "";
  }

  createRenderRoot() {
    const root = super.createRenderRoot();
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, this.#colors];
    return root;
  }

  connectedCallback() {
    super.connectedCallback();
    this.door?.addEventListener("change", this.#hear);
  }

  disconnectedCallback() {
    this.door?.removeEventListener("change", this.#hear);
    super.disconnectedCallback();
  }

  get language() {
    return languageOf(this);
  }

  say(key, values) {
    return say(this.language, key, values);
  }

  /** An address of the portal's pages, in the widget's language where the portal speaks it. */
  address(path) {
    const locales = this.data?.portal.locales ?? [];
    const isOther = locales.indexOf(this.language) > 0;
    return `${this.door.portal}${isOther ? `/${this.language}` : ""}${path}`;
  }

  willUpdate(changed) {
    if (["portal", "widget", "activity", "contribution", "first"].some((name) => changed.has(name))) this.#begin();
    if (changed.has("data") || LOOKS.some((name) => changed.has(name))) this.#paint();
  }

  #begin() {
    this.door?.removeEventListener("change", this.#hear);
    const address = originOf(this.portal);
    this.door = address && this.widget ? doorTo(address, this.widget) : null;
    this.door?.addEventListener("change", this.#hear);
    this.load();
  }

  /** Ask for what is shown, from the beginning. */
  async load() {
    this.trouble = "";
    if (!this.door) return;
    const turn = ++this.#begun;
    try {
      await this.door.open();
      const activity = this.activity || this.door.settings.activity;
      if (!this.isSet(activity)) throw new DoorError("lacking");
      const data = await this.fetched(activity);
      if (turn === this.#begun) this.data = data;
    } catch (error) {
      if (!(error instanceof DoorError)) throw error;
      if (error.message === "signed_out") return this.load();
      if (turn === this.#begun) this.trouble = error.message;
    }
  }

  /** Whether what is to be shown was said. */
  isSet(activity) {
    return Boolean(activity);
  }

  /** Somebody signed in or out: what is shown of them is asked for anew. */
  heard() {
    this.load();
  }

  ask(document, variables) {
    return this.door.ask(document, variables, this.language);
  }

  #paint() {
    const set = getComputedStyle(this);
    const theme = this.door?.settings.theme ?? {};
    const [color, background, text, font, radius] = LOOKS.map(
      (name) => this[name] || set.getPropertyValue(`--parvis-${name}`).trim(),
    );
    const own = theme.primaryColor ?? this.data?.portal.theme.primaryColor;
    const colors = palette({ color: color || own, background, text });
    const family = [font, theme.font].find((name) => name && FONT_FORM.test(name));
    const rules = Object.entries(colors).map(([name, value]) => `--${name}:${value}`);
    rules.push(`--font:${family ? `${family}, ${FONT}` : FONT}`);
    rules.push(`--round:${RADIUS_FORM.test(radius) ? radius : "12px"}`);
    this.#colors.replaceSync(`.frame{${rules.join(";")}}`);
  }

  render() {
    return html`<section class="frame" lang=${this.language} aria-busy=${this.door && !this.data && !this.trouble}>
      ${this.#inside()}
      <p class="note" role="status">${this.told}</p>
    </section>`;
  }

  #inside() {
    const missing = !originOf(this.portal) ? "portal" : !this.widget ? "widget" : "";
    if (missing) return html`<p>${this.say("unset", { name: missing })}</p>`;
    if (this.trouble) return this.#troubled();
    if (!this.data) return html`<p class="note">${this.say("wait")}</p>`;
    return this.content();
  }

  #troubled() {
    return html`<p role="alert">${this.say(this.trouble)}</p>
      <p class="verbs foot">
        <button type="button" @click=${() => this.load()}>${this.say("again")}</button>
        <a href=${this.door.portal}>${this.say("open")}</a>
      </p>`;
  }

  heading(title) {
    return html`<p class="title" role="heading" aria-level=${this.level}>${title}</p>
      <p class="from">${this.data.portal.title}</p>`;
  }

  gone() {
    return html`<p>${this.say("gone")}</p>`;
  }

  /** The next page of a list, behind what is shown. `place` is where the connection stands in the data. */
  more(connection) {
    if (!connection.pageInfo.hasNextPage) return nothing;
    return html`<button type="button" @click=${() => this.next(connection)}>${this.say("more")}</button>`;
  }

  async next(connection) {
    const shown = connection.nodes.length;
    try {
      const data = await this.fetched(this.activity || this.door.settings.activity, connection.pageInfo.endCursor);
      const list = this.listed(data);
      connection.nodes.push(...list.nodes);
      connection.pageInfo = list.pageInfo;
      this.requestUpdate();
      await this.updateComplete;
      this.renderRoot.querySelectorAll("[data-first]")[shown]?.focus();
    } catch (error) {
      if (!(error instanceof DoorError)) throw error;
      this.told = this.say("failed");
    }
  }
}

/** The origin of an address that a page names as its portal's; empty for what is none. */
function originOf(portal) {
  try {
    const { protocol, origin } = new URL(portal);
    return protocol === "https:" || protocol === "http:" ? origin : "";
  } catch {
    return "";
  }
}
