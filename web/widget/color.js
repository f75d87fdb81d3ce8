// Colours that can be read: whatever a host page sets, text keeps 4.5:1 and what is not text 3:1 (WCAG 2.2, 1.4.3, 1.4.11).
export const TEXT = 4.5;
export const SHAPE = 3;
const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
const INK = [28, 27, 31];

let canvas;
/** The three parts of a colour as a browser reads it, 0 to 255; null for what is none, and for one that shines through. */
export function parsed(text) {
  if (!text?.trim()) return null;
  canvas ??= document.createElement("canvas").getContext("2d");
  if (!canvas) return hexadecimal(text.trim());
  const read = [BLACK, WHITE].map((color) => {
    canvas.fillStyle = written(color);
    canvas.fillStyle = text.trim();
    return canvas.fillStyle;
  });
  return read[0] === read[1] ? hexadecimal(read[0]) : null;
}

function hexadecimal(text) {
  const parts = /^#(..)(..)(..)$/.exec(text);
  return parts && parts.slice(1).map((part) => parseInt(part, 16));
}

export const written = (color) => `#${color.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

function luminance(color) {
  const [r, g, b] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** From 1 to 21. */
export function contrast(one, other) {
  const [less, more] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (more + 0.05) / (less + 0.05);
}

/** A part of the way from one colour to another. */
export const mixed = (from, to, part) => from.map((value, place) => value + (to[place] - value) * part);

/** Black or white, whichever is read better on a colour. */
export const inkOn = (background) => (contrast(WHITE, background) >= contrast(BLACK, background) ? WHITE : BLACK);

/** The colour itself where it can be read on a background, else the nearest to it that can, on the way to black or white. */
export function readable(color, background, least = TEXT) {
  const end = inkOn(background);
  for (let part = 0; part < 1; part += 0.02) {
    const tried = mixed(color, end, part).map(Math.round);
    if (contrast(tried, background) >= least) return tried;
  }
  return end;
}

/** How many steps of heat a map has. */
export const HEAT_STEPS = 5;

/** Fills from faint to the accent, each with the ink that is read on it. */
function heat(accent, paper) {
  const steps = Array.from({ length: HEAT_STEPS }, (_, place) => mixed(paper, accent, 0.2 + (0.8 * place) / (HEAT_STEPS - 1)));
  return Object.fromEntries(
    steps.flatMap((step, place) => [
      [`heat-${place + 1}`, written(step)],
      [`on-heat-${place + 1}`, written(inkOn(step))],
    ]),
  );
}

/** All colours of a widget, from what the host page and the portal wish. */
export function palette({ color, background, text }) {
  const paper = parsed(background) ?? WHITE;
  const ink = [parsed(text), INK].find((one) => one && contrast(one, paper) >= TEXT) ?? inkOn(paper);
  const accent = readable(parsed(color) ?? [11, 87, 208], paper);
  return {
    paper: written(paper),
    ink: written(ink),
    soft: written(readable(mixed(ink, paper, 0.3), paper)),
    accent: written(accent),
    "on-accent": written(inkOn(accent)),
    line: written(mixed(ink, paper, 0.82)),
    edge: written(readable(mixed(ink, paper, 0.5), paper, SHAPE)),
    tint: written(mixed(accent, paper, 0.9)),
    ...heat(accent, paper),
  };
}
