// How widgets look: their own style sheet, constructed, so that no host page's policy or style reaches into it.
import { css, unsafeCSS } from "lit";

import { HEAT_STEPS } from "./color.js";

const HEAT = Array.from({ length: HEAT_STEPS }, (_, place) => place + 1)
  .map((step) => `.heat-${step} path { fill: var(--heat-${step}); } .heat-${step} text { fill: var(--on-heat-${step}); }`)
  .join(" ");

export const style = css`
  :host { display: block; contain: content; }
  :host([hidden]) { display: none; }
  /* No rem: many frameworks set the size of the whole page. */
  .frame { all: initial; display: block; box-sizing: border-box; padding: 1.25em; border: 1px solid var(--line); border-radius: var(--round); background: var(--paper); color: var(--ink); font: 400 medium/1.5 var(--font); container-type: inline-size; overflow-wrap: break-word; }
  .frame * { box-sizing: border-box; }
  .title { margin: 0 0 0.25em; font-size: 1.25em; font-weight: 700; line-height: 1.25; text-wrap: balance; }
  .from, .tags, .note { margin: 0; color: var(--soft); font-size: 0.875em; }
  p { margin: 0; }
  ul, ol { margin: 1em 0 0; padding: 0; list-style: none; }
  li { display: grid; gap: 0.25em 1em; padding: 0.875em 0; border-top: 1px solid var(--line); }
  @container (min-width: 28em) { li.does { grid-template-columns: 1fr auto; align-items: center; } }
  a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
  a:hover { text-decoration-thickness: 2px; }
  .name { display: block; font-weight: 600; line-height: 1.35; }
  .name a { color: var(--ink); text-decoration: none; }
  .name a:hover { text-decoration: underline; }
  .tags { display: flex; flex-wrap: wrap; gap: 0 0.75em; margin-top: 0.125em; }
  .verbs { display: flex; flex-wrap: wrap; gap: 0.5em; }
  .foot { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.75em; margin-top: 1em; padding-top: 1em; border-top: 1px solid var(--line); }
  button, .press { display: inline-flex; align-items: center; justify-content: center; min-height: 2.75em; padding: 0.5em 1em; border: 1px solid var(--edge); border-radius: calc(var(--round) * 0.6); background: var(--paper); color: var(--ink); font: inherit; font-weight: 600; line-height: 1.25; text-decoration: none; cursor: pointer; }
  button:hover { border-color: var(--ink); }
  .press, button[aria-pressed="true"] { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
  button[disabled] { opacity: 1; cursor: progress; color: var(--soft); }
  .plain { min-height: 1.5em; padding: 0; border: 0; background: none; color: var(--accent); font-weight: 400; text-decoration: underline; text-underline-offset: 0.2em; }
  a:focus-visible, button:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  .box { display: grid; gap: 0.5em; justify-items: start; margin-top: 1em; padding: 0.875em 1em; border-radius: calc(var(--round) * 0.6); background: var(--tint); color: var(--ink); }
  .title a { color: inherit; text-decoration-thickness: 1px; }
  .body { display: block; margin: 0.5em 0 0.75em; }
  li .body { margin: 0.125em 0 0; font-size: 0.9375em; }
  .bar { display: block; width: 100%; height: 0.5em; margin: 0.375em 0 0.75em; border-radius: 1em; background: var(--line); }
  .yes { fill: var(--accent); }
  .so { fill: var(--edge); }
  .sides { display: grid; gap: 1em 1.5em; margin-top: 1.25em; }
  @container (min-width: 36em) { .sides { grid-template-columns: 1fr 1fr; } }
  .side { font-weight: 700; }
  .sides ul { margin-top: 0.5em; }
  .map { position: relative; overflow: hidden; margin: 0.75em 0; border-radius: calc(var(--round) * 0.6); background: var(--tint); }
  .map svg { display: block; width: 100%; max-height: 70vh; }
  .zoom { position: absolute; top: 0.5em; right: 0.5em; display: grid; gap: 0.25em; }
  .zoom button { width: 2.75em; padding: 0; font-size: 1.25em; }
  .outline { fill: var(--paper); stroke: var(--edge); stroke-width: 1; }
  .cell, .cell:focus-visible { cursor: pointer; outline: none; }
  .cell text { font: 600 1em var(--font); text-anchor: middle; pointer-events: none; }
  .cell path { stroke: var(--paper); stroke-width: 1; }
  .cell:hover path, .cell[aria-pressed="true"] path { stroke: var(--ink); stroke-width: 3; }
  .cell:focus-visible path { stroke: var(--ink); stroke-width: 4; stroke-dasharray: 6 3; }
  ${unsafeCSS(HEAT)}
  .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  [role="status"]:empty { display: none; }
  @media (forced-colors: active) { .press, button[aria-pressed="true"] { forced-color-adjust: none; border-color: Highlight; background: Highlight; color: HighlightText; } }
  @media (prefers-reduced-motion: no-preference) { button, a { transition: border-color 0.12s, background-color 0.12s; } }
`;
