// How widgets look: their own style sheet, constructed, so that no host page's policy or style reaches into it.
import { css } from "lit";

export const style = css`
  :host { display: block; contain: content; }
  :host([hidden]) { display: none; }
  .frame { all: initial; display: block; box-sizing: border-box; padding: 1.25rem; border: 1px solid var(--line); border-radius: var(--round); background: var(--paper); color: var(--ink); font: 400 1rem/1.5 var(--font); container-type: inline-size; overflow-wrap: break-word; }
  .frame * { box-sizing: border-box; }
  .title { margin: 0 0 0.25rem; font-size: 1.25rem; font-weight: 700; line-height: 1.25; text-wrap: balance; }
  .from, .tags, .note { margin: 0; color: var(--soft); font-size: 0.875rem; }
  p { margin: 0; }
  ul, ol { margin: 1rem 0 0; padding: 0; list-style: none; }
  li { display: grid; gap: 0.25rem 1rem; padding: 0.875rem 0; border-top: 1px solid var(--line); }
  @container (min-width: 28rem) { li.does { grid-template-columns: 1fr auto; align-items: center; } }
  a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
  a:hover { text-decoration-thickness: 2px; }
  .name { display: block; font-weight: 600; line-height: 1.35; }
  .name a { color: var(--ink); text-decoration: none; }
  .name a:hover { text-decoration: underline; }
  .tags { display: flex; flex-wrap: wrap; gap: 0 0.75rem; margin-top: 0.125rem; }
  .verbs { display: flex; flex-wrap: wrap; gap: 0.5rem; }
  .foot { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.75rem; margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
  button, .press { display: inline-flex; align-items: center; justify-content: center; min-height: 2.75rem; padding: 0.5rem 1rem; border: 1px solid var(--edge); border-radius: calc(var(--round) * 0.6); background: var(--paper); color: var(--ink); font: inherit; font-weight: 600; line-height: 1.25; text-decoration: none; cursor: pointer; }
  button:hover { border-color: var(--ink); }
  .press, button[aria-pressed="true"] { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
  button[disabled] { opacity: 1; cursor: progress; color: var(--soft); }
  .plain { min-height: 1.5rem; padding: 0; border: 0; background: none; color: var(--accent); font-weight: 400; text-decoration: underline; text-underline-offset: 0.2em; }
  a:focus-visible, button:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  .box { display: grid; gap: 0.5rem; justify-items: start; margin-top: 1rem; padding: 0.875rem 1rem; border-radius: calc(var(--round) * 0.6); background: var(--tint); color: var(--ink); }
  .bar { display: flex; overflow: hidden; height: 0.5rem; margin-top: 0.375rem; border-radius: 1rem; background: var(--line); }
  .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  [role="status"]:empty { display: none; }
  @media (forced-colors: active) { .press, button[aria-pressed="true"] { forced-color-adjust: none; border-color: Highlight; background: Highlight; color: HighlightText; } }
  @media (prefers-reduced-motion: no-preference) { button, a { transition: border-color 0.12s, background-color 0.12s; } }
`;
