// <parvis-map>: moves and enlarges the map that the server drew. Its cells stay links; one of them is a tab stop, and
// arrow keys lead to the others.
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

/** One tab stop; arrow keys go to the nearest cell that way. */
function walk(cells) {
  const place = (cell) => ["x", "y"].map((axis) => Number(cell.querySelector("text").getAttribute(axis)));
  const stop = (here) => cells.forEach((cell) => cell.setAttribute("tabindex", cell === here ? 0 : -1));
  stop(cells[0]);
  const step = ([right, down]) => {
    const here = document.activeElement;
    const [x, y] = place(here);
    const far = (cell) => {
      const [dx, dy] = [place(cell)[0] - x, place(cell)[1] - y];
      const along = dx * right + dy * down;
      return along > 1 ? along + 2 * Math.abs(dx * down + dy * right) : Infinity;
    };
    cells.reduce((best, cell) => (far(cell) < far(best) ? cell : best), here).focus();
  };
  return { stop, step };
}

class HexMap extends HTMLElement {
  connectedCallback() {
    const svg = this.querySelector("svg");
    const cells = [...svg.querySelectorAll(".cell")];
    if (!cells.length) return;
    const [keys, buttons] = this.querySelectorAll("p");
    const [into, out] = buttons.children;
    const eye = camera(svg, (scale) => {
      into.setAttribute("aria-disabled", scale >= MOST);
      out.setAttribute("aria-disabled", scale <= 1);
      svg.classList.toggle("near", scale > 1);
    });
    hand(svg, eye);
    const { stop, step } = walk(cells);
    svg.classList.add("live");
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-describedby", keys.id);
    keys.hidden = buttons.hidden = false;
    into.addEventListener("click", () => eye.grow(STEP));
    out.addEventListener("click", () => eye.grow(1 / STEP));
    // Not of the picture itself, which browsers would make a stop of its own.
    this.addEventListener("focusin", ({ target }) => {
      if (!cells.includes(target)) return;
      stop(target);
      eye.reveal(target);
    });
    this.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "+" || event.key === "=") eye.grow(STEP);
      else if (event.key === "-") eye.grow(1 / STEP);
      else if (WAYS[event.key] && cells.includes(document.activeElement)) step(WAYS[event.key]);
      else return;
      event.preventDefault();
    });
  }
}
customElements.define("parvis-map", HexMap);
