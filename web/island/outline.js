// <parvis-outline>: draws a polygon on a map of the page: by pointer, or by keyboard with a crosshair.
// Its corners are hidden fields of the form around it, each a whole input: lat=…&lng=….
const RADIUS = 6378137;
const STEP = 8;
const SVG = "http://www.w3.org/2000/svg";

class Outline extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.map = this.querySelector("svg");
    this.map.removeAttribute("aria-hidden");
    this.map.setAttribute("role", "application");
    this.map.setAttribute("aria-label", this.dataset.label);
    this.map.setAttribute("tabindex", "0");
    this.shape = this.map.appendChild(document.createElementNS(SVG, "path"));
    this.shape.setAttribute("class", "drawn");
    this.handles = this.map.appendChild(document.createElementNS(SVG, "g"));
    this.cross = this.map.appendChild(document.createElementNS(SVG, "path"));
    this.cross.setAttribute("class", "crosshair");
    const { width, height } = this.map.viewBox.baseVal;
    this.at = [width / 2, height / 2];
    this.corners = [...this.querySelectorAll("input")].map((field) => this.place(new URLSearchParams(field.value)));
    this.map.addEventListener("pointerdown", (event) => this.press(event));
    this.map.addEventListener("pointermove", (event) => this.drag(event));
    this.map.addEventListener("pointerup", () => (this.held = undefined));
    this.map.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("click", (event) => {
      const verb = event.target.closest("button")?.value;
      if (verb === "back") this.corners.pop();
      if (verb === "clear") this.corners = [];
      if (verb) this.draw();
    });
    this.draw();
  }

  press(event) {
    event.preventDefault();
    this.map.focus({ preventScroll: true });
    const point = this.point(event);
    const near = this.corners.findIndex(([x, y]) => Math.hypot(x - point[0], y - point[1]) < 14);
    this.held = near < 0 ? this.corners.push(point) - 1 : near;
    this.map.setPointerCapture(event.pointerId);
    this.draw();
  }

  drag(event) {
    if (this.held === undefined) return;
    this.corners[this.held] = this.point(event);
    this.draw();
  }

  key(event) {
    const move = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (move) this.at = this.at.map((value, axis) => value + move[axis]);
    else if (event.key === "Enter") this.corners.push([...this.at]);
    else if (event.key === "Backspace") this.corners.pop();
    else return;
    event.preventDefault();
    this.draw();
  }

  point(event) {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.map.getScreenCTM().inverse());
    return [x, y];
  }

  place(corner) {
    const { left, top, scale } = this.dataset;
    const x = (Number(corner.get("lng")) * Math.PI * RADIUS) / 180;
    const y = RADIUS * Math.asinh(Math.tan((Number(corner.get("lat")) * Math.PI) / 180));
    return [(x - left) * scale, (top - y) * scale];
  }

  value([x, y]) {
    const { left, top, scale } = this.dataset;
    const lng = ((Number(left) + x / scale) / RADIUS) * (180 / Math.PI);
    const lat = Math.atan(Math.sinh((top - y / scale) / RADIUS)) * (180 / Math.PI);
    return `lat=${lat.toFixed(5)}&lng=${lng.toFixed(5)}`;
  }

  draw() {
    const points = this.corners.map((corner) => corner.map((value) => value.toFixed(1)).join(" "));
    this.shape.setAttribute("d", points.length ? `M${points.join("L")}${points.length > 2 ? "Z" : ""}` : "");
    this.handles.replaceChildren(...this.corners.map((corner) => handle(corner)));
    const [x, y] = this.at;
    this.cross.setAttribute("d", `M${x - 9} ${y}H${x + 9}M${x} ${y - 9}V${y + 9}`);
    for (const field of this.querySelectorAll("input")) field.remove();
    for (const [index, corner] of this.corners.entries()) {
      this.append(Object.assign(document.createElement("input"), { type: "hidden", name: `corners.${index}`, value: this.value(corner) }));
    }
    const { none, some } = this.dataset;
    this.querySelector("output").textContent = this.corners.length < 3 ? none : some.replace("{n}", this.corners.length);
  }
}

function handle([x, y]) {
  const circle = document.createElementNS(SVG, "circle");
  for (const [name, value] of [["cx", x], ["cy", y], ["r", 7], ["class", "corner"]]) circle.setAttribute(name, value);
  return circle;
}

customElements.define("parvis-outline", Outline);
