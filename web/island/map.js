// <parvis-map>: moves and enlarges the map that the server drew. Its cells stay links; one of them is a tab stop, and
// arrow keys lead to the others.
import { worker } from "./page.js";
import { walk } from "./walk.js";

const MOST = 6;
const STEP = 1.6;
const SLACK = 6; // Pixels that a finger may slip while it presses a link.
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const within = (least, value, most) => Math.min(most, Math.max(least, value));

/** Shows a part of the picture: `move` by pixels, `grow` around a point of the screen, `reveal` what has the focus. */
function camera(svg, changed) {
  const { width, height } = svg.viewBox.baseVal;
  let [x, y, scale] = [0, 0, 1];
  const look = (nextX, nextY, nextScale = scale) => {
    scale = nextScale;
    x = within(0, nextX, width - width / scale);
    y = within(0, nextY, height - height / scale);
    svg.setAttribute("viewBox", `${x} ${y} ${width / scale} ${height / scale}`);
    changed(scale);
  };
  const grow = (factor, point) => {
    const at = point?.matrixTransform(svg.getScreenCTM().inverse());
    const next = within(1, scale * factor, MOST);
    const [midX, midY] = at ? [at.x, at.y] : [x + width / scale / 2, y + height / scale / 2];
    look(midX - ((midX - x) * scale) / next, midY - ((midY - y) * scale) / next, next);
  };
  const move = (right, down) => {
    const pixel = svg.getScreenCTM().a;
    look(x - right / pixel, y - down / pixel);
  };
  const reveal = (cell) => {
    const box = cell.getBBox();
    const [w, h] = [width / scale, height / scale];
    if (box.x < x || box.y < y || box.x + box.width > x + w || box.y + box.height > y + h) {
      look(box.x + box.width / 2 - w / 2, box.y + box.height / 2 - h / 2);
    }
  };
  return { grow, move, reveal };
}

/** Dragging, pinching, and turning the wheel with Ctrl; a link that was dragged is not followed. */
function hand(svg, { grow, move }) {
  const fingers = new Map();
  let slipped = 0;
  svg.addEventListener("pointerdown", ({ pointerId, clientX, clientY }) => {
    if (!fingers.size) slipped = 0;
    fingers.set(pointerId, [clientX, clientY]);
  });
  svg.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
    const before = fingers.get(pointerId);
    if (!before) return;
    const [right, down] = [clientX - before[0], clientY - before[1]];
    slipped += Math.hypot(right, down);
    fingers.set(pointerId, [clientX, clientY]);
    if (slipped < SLACK) return;
    svg.setPointerCapture(pointerId);
    fingers.delete(pointerId);
    const [other] = fingers.values();
    fingers.set(pointerId, [clientX, clientY]);
    if (!other) return move(right, down);
    const apart = (finger) => Math.hypot(finger[0] - other[0], finger[1] - other[1]) || 1;
    grow(apart([clientX, clientY]) / apart(before), new DOMPoint((clientX + other[0]) / 2, (clientY + other[1]) / 2));
  });
  for (const name of ["pointerup", "pointercancel"]) {
    svg.addEventListener(name, ({ pointerId }) => fingers.delete(pointerId));
  }
  svg.addEventListener("click", (event) => event.detail && slipped > SLACK && event.preventDefault(), true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return; // Without it the page scrolls.
      event.preventDefault();
      grow(2 ** (-event.deltaY / 200), new DOMPoint(event.clientX, event.clientY));
    },
    { passive: false },
  );
}

const place = (cell) => ["x", "y"].map((axis) => Number(cell.querySelector("text").getAttribute(axis)));

class HexMap extends HTMLElement {
  connectedCallback() {
    const svg = this.querySelector("svg");
    const cells = [...svg.querySelectorAll(".cell")];
    if (!cells.length) return;
    const [keys, buttons, detail] = this.querySelectorAll("p");
    const [into, out] = buttons.children;
    const scaled = (isMost, isLeast) => {
      into.setAttribute("aria-disabled", isMost);
      out.setAttribute("aria-disabled", isLeast);
    };
    const eye = camera(svg, (scale) => {
      scaled(scale >= MOST, scale <= 1);
      svg.classList.toggle("near", scale > 1);
    });
    hand(svg, eye);
    svg.classList.add("live");
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-describedby", keys.id);
    keys.hidden = buttons.hidden = false;
    this.simple = { eye, cells, ...walk(cells, place) };
    this.shown = this.simple;
    into.addEventListener("click", () => this.shown.eye.grow(STEP));
    out.addEventListener("click", () => this.shown.eye.grow(1 / STEP));
    // Not of the picture itself, which browsers would make a stop of its own.
    this.addEventListener("focusin", ({ target }) => {
      if (!this.shown.cells.includes(target)) return;
      this.shown.stop(target);
      this.shown.eye.reveal(target);
    });
    this.addEventListener("keydown", (event) => this.key(event));
    if (detail) this.offer(detail, svg, scaled);
  }

  /** A worker's address for MapLibre, which looks at it as at a text. */
  worker(url) {
    const trusted = worker(url);
    return typeof trusted === "string" ? url : Object.assign(trusted, { endsWith: () => false, split: (at) => url.split(at) });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { eye, cells, step } = this.shown;
    if (event.key === "+" || event.key === "=") eye.grow(STEP);
    else if (event.key === "-") eye.grow(1 / STEP);
    else if (WAYS[event.key] && cells.includes(document.activeElement)) step(WAYS[event.key]);
    else return;
    event.preventDefault();
  }

  /** The detailed map, which another host draws: its script and its squares are asked for when its button is pressed. */
  offer(detail, svg, scaled) {
    const button = detail.firstElementChild;
    const credit = this.parentElement.querySelector(".credit");
    detail.hidden = false;
    button.addEventListener("click", async () => {
      button.setAttribute("aria-busy", "true");
      try {
        const { plan } = await import(this.dataset.plan);
        this.detailed ??= await plan(this, svg, this.simple.cells, scaled);
        const isOn = this.shown === this.simple;
        this.shown = isOn ? this.detailed : this.simple;
        this.classList.toggle("detailed", isOn);
        button.setAttribute("aria-pressed", isOn);
        credit.hidden = !isOn;
      } catch {
        button.disabled = true; // No line, or a browser that cannot draw it: the simple map stays.
      }
      button.removeAttribute("aria-busy");
    });
  }
}
customElements.define("parvis-map", HexMap);
