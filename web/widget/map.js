// <parvis-map>: where something is published, as hexagons with a number in each, and what lies in the one that is chosen.
import { html, nothing, svg } from "lit";

import aroundDocument from "./document/around.graphql";
import hexagonsDocument from "./document/hexagons.graphql";
import mapDocument from "./document/map.graphql";
import { HEAT_STEPS } from "./color.js";
import { DoorError } from "./door.js";
import { Widget } from "./widget.js";
import { number } from "./word.js";

const WIDTH = 480;
const HEIGHT = 380;
const MARGIN = 0.04;
/** How much of its cell a hexagon fills: neighbours do not touch. */
const GAP = 0.93;
const TILE = 256;
const DEEPEST = 15;
const EARTH_M = 6_371_000;
/** Degrees around a portal's centre where its outline is not known. */
const HALF = 0.065;
const DIRECTIONS = ["E", "NE", "N", "NW", "W", "SW", "S", "SE"];
/** Radii of which the portal's own list knows, in metres. */
const RADII_M = [1_000, 2_000, 5_000, 10_000, 20_000];

export class HexagonMap extends Widget {
  static properties = { hexagons: { state: true }, chosen: { state: true }, around: { state: true }, depth: { state: true } };

  constructor() {
    super();
    this.hexagons = [];
    this.chosen = null;
    this.around = null;
    this.depth = 0;
  }

  isSet() {
    return true;
  }

  async fetched(activity) {
    const data = await this.ask(mapDocument, {});
    this.frame = frameOf(data.portal);
    this.middle = this.frame.middle;
    [this.depth, this.chosen, this.around] = [0, null, null];
    this.hexagons = await this.#asked(activity, this.frame, 0);
    return data;
  }

  async #asked(activity, frame, depth) {
    const zoom = Math.min(DEEPEST, frame.zoom + depth);
    const { hexagons } = await this.ask(hexagonsDocument, { activity: activity || null, bounds: boundsOf(this.middle, frame, depth), zoom });
    return hexagons;
  }

  content() {
    const all = this.hexagons.reduce((sum, { count }) => sum + count, 0);
    return html`${this.heading(this.say("map"))}
      <p class="note">${this.say("publications", { count: all })}</p>
      ${this.#picture()}
      <div aria-live="polite">${this.#near()}</div>
      <p class="foot"><a data-first href=${this.address("/annonces")}>${this.say("list")}</a></p>`;
  }

  #picture() {
    const place = placing(boundsOf(this.middle, this.frame, this.depth));
    const most = Math.max(1, ...this.hexagons.map(({ count }) => count));
    const first = this.chosen ?? this.hexagons[0]?.cell;
    return html`<div class="map" role="group" aria-label=${this.say("map_keys")} @keydown=${this.#key}>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" focusable="false">
        ${this.frame.rings.map((ring) => svg`<path class="outline" d=${path(ring.map(([lng, lat]) => place(lat, lng)))}></path>`)}
        ${this.hexagons.map((one) => this.#cell(one, place, most, one.cell === first))}
      </svg>
      <p class="zoom">
        <button type="button" aria-label=${this.say("closer")} ?disabled=${this.frame.zoom + this.depth >= DEEPEST} @click=${() => this.#zoom(1)}>+</button>
        <button type="button" aria-label=${this.say("farther")} ?disabled=${!this.depth} @click=${() => this.#zoom(-1)}>−</button>
      </p></div>`;
  }

  #cell(one, place, most, isFirst) {
    const corners = one.boundary.map(({ lat, lng }) => place(lat, lng));
    const [x, y] = place(one.lat, one.lng);
    const inner = corners.map(([cx, cy]) => [x + (cx - x) * GAP, y + (cy - y) * GAP]);
    const wide = Math.max(...corners.map(([cx]) => cx)) - Math.min(...corners.map(([cx]) => cx));
    const heat = Math.min(HEAT_STEPS, 1 + Math.floor((HEAT_STEPS * one.count) / (most + 1)));
    const size = Math.min(20, Math.max(11, wide * 0.38));
    return svg`<g class="cell heat-${heat}" role="button" tabindex=${isFirst ? 0 : -1} data-cell=${one.cell}
      aria-pressed=${one.cell === this.chosen} aria-label=${this.#named(one)} @click=${() => this.#choose(one)}
      ><path d=${path(inner)}></path><text x=${x} y=${y + size * 0.36} font-size=${size}>${number(this.language, one.count)}</text></g>`;
  }

  /** How many there are, and where from the middle. */
  #named(one) {
    const km = Math.round(metres(this.frame.middle, one) / 1_000);
    const count = this.say("publications", { count: one.count });
    if (!km) return `${count}, ${this.say("at_the_middle")}`;
    const angle = Math.atan2(one.lat - this.frame.middle.lat, (one.lng - this.frame.middle.lng) * Math.cos(radians(one.lat)));
    const sector = (Math.round((angle / (2 * Math.PI)) * DIRECTIONS.length) + DIRECTIONS.length) % DIRECTIONS.length;
    return `${count}, ${this.say("away", { km, direction: this.say(DIRECTIONS[sector]) })}`;
  }

  async #choose(one) {
    this.chosen = one.cell;
    this.around = { one, nodes: null };
    const radius = Math.max(...one.boundary.map((corner) => metres(one, corner)));
    const near = { lat: one.lat, lng: one.lng, radiusM: Math.min(100_000, Math.ceil(radius)) };
    try {
      const { contributions } = await this.ask(aroundDocument, { activity: this.activity || this.door.settings.activity, near });
      if (this.chosen === one.cell) this.around = { one, nodes: contributions.nodes, radius };
    } catch (error) {
      if (!(error instanceof DoorError)) throw error;
      this.around = null;
      this.told = this.say("failed");
    }
  }

  #near() {
    if (!this.around) return nothing;
    const { one, nodes, radius } = this.around;
    if (!nodes) return html`<p class="note">${this.say("wait")}</p>`;
    const rayon = RADII_M.find((known) => known >= radius) ?? RADII_M.at(-1);
    return html`<p class="side" role="heading" aria-level=${this.level + 1}>${this.#named(one)}</p>
      ${nodes.length
        ? html`<ul>${nodes.map(({ id, title }) => html`<li><span class="name" dir="auto"><a href=${this.address(`/contribution/${id}`)}>${title}</a></span></li>`)}</ul>`
        : html`<p class="note">${this.say("none_here")}</p>`}
      ${one.count > nodes.length ? html`<a href=${this.address(`/annonces?cell=${one.cell}&rayon=${rayon}`)}>${this.say("list_here")}</a>` : nothing}`;
  }

  /** One level closer or farther, around the chosen hexagon, else around the middle. */
  async #zoom(step) {
    const depth = this.depth + step;
    const chosen = this.hexagons.find(({ cell }) => cell === this.chosen);
    const before = this.middle;
    this.middle = depth && chosen ? { lat: chosen.lat, lng: chosen.lng } : depth ? this.middle : this.frame.middle;
    try {
      const hexagons = await this.#asked(this.activity || this.door.settings.activity, this.frame, depth);
      [this.depth, this.hexagons, this.chosen, this.around] = [depth, hexagons, null, null];
    } catch (error) {
      if (!(error instanceof DoorError)) throw error;
      this.middle = before;
      this.told = this.say("failed");
    }
  }

  /** Arrows go to the next hexagon in their direction, Enter and the space bar choose. */
  #key(event) {
    const here = event.target.closest?.("[data-cell]");
    if (!here) return;
    const at = this.hexagons.find(({ cell }) => cell === here.dataset.cell);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#choose(at);
      return;
    }
    const [dx, dy] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [];
    if (dx === undefined) return;
    event.preventDefault();
    const next = nearest(this.hexagons, at, dx, dy);
    if (!next) return;
    const to = this.renderRoot.querySelector(`[data-cell="${next.cell}"]`);
    here.setAttribute("tabindex", "-1");
    to.setAttribute("tabindex", "0");
    to.focus();
  }
}

/** The nearest of some cells to one, of those that lie more in a direction than beside it. */
function nearest(cells, at, dx, dy) {
  let best = null;
  for (const one of cells) {
    const [x, y] = [(one.lng - at.lng) * Math.cos(radians(at.lat)), one.lat - at.lat];
    const along = x * dx + y * dy;
    const beside = Math.abs(x * dy) + Math.abs(y * dx);
    if (along <= 0 || beside > along * 1.8) continue;
    const far = along + beside * 2;
    if (!best || far < best.far) best = { one, far };
  }
  return best?.one;
}

const radians = (degrees) => (degrees * Math.PI) / 180;

function metres(from, to) {
  const x = radians(to.lng - from.lng) * Math.cos(radians((from.lat + to.lat) / 2));
  return EARTH_M * Math.hypot(x, radians(to.lat - from.lat));
}

/** Where a whole portal lies: its middle, half its height and width in degrees, the zoom that shows it, its outline. */
function frameOf({ center, collectivite }) {
  const polygons = collectivite?.outline?.coordinates ?? [];
  const rings = (collectivite?.outline?.type === "Polygon" ? [polygons] : polygons).map(([outer]) => outer);
  const points = rings.flat();
  const around = center ?? { lat: 46.6, lng: 2.5 };
  const [lngs, lats] = points.length
    ? [points.map(([lng]) => lng), points.map(([, lat]) => lat)]
    : [[around.lng - HALF, around.lng + HALF], [around.lat - HALF, around.lat + HALF]];
  const [west, east, south, north] = [Math.min(...lngs), Math.max(...lngs), Math.min(...lats), Math.max(...lats)];
  const middle = { lat: (south + north) / 2, lng: (west + east) / 2 };
  const shrink = Math.cos(radians(middle.lat));
  const half = Math.max((north - south) / 2, ((east - west) / 2) * shrink * (HEIGHT / WIDTH), 0.01) * (1 + 2 * MARGIN);
  const halfWidth = (half / shrink) * (WIDTH / HEIGHT);
  const zoom = Math.max(4, Math.min(14, Math.floor(Math.log2((WIDTH * 360) / (TILE * 2 * halfWidth)))));
  return { middle, half, halfWidth, zoom, rings };
}

function boundsOf({ lat, lng }, { half, halfWidth }, depth) {
  const part = 2 ** -depth;
  const rounded = (value) => Math.round(value * 1e4) / 1e4;
  return {
    south: rounded(lat - half * part),
    north: rounded(lat + half * part),
    west: rounded(lng - halfWidth * part),
    east: rounded(lng + halfWidth * part),
  };
}

/** From degrees to the picture: flat enough for a commune, and for a département. */
function placing({ south, north, west, east }) {
  return (lat, lng) => [((lng - west) / (east - west)) * WIDTH, ((north - lat) / (north - south)) * HEIGHT];
}

const path = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`;
