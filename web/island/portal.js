// What the portal's pages do beyond links and forms, each as a custom element; without it all pages work.
import "./map.js";
import "./near.js";
import "./part.js";
import "./find.js";
import "./draft.js";
import "./basket.js";
import "./roll.js";
import "./sheet.js";
import "./typing.js";
import "./read.js";
import "./live.js";
import "./bell.js";
import { send } from "./queue.js";
import { worker } from "./page.js";

// A page that answers a form stands in the history under an address that can be asked for again: Back never fails.
const { askedAt } = document.body.dataset;
// Where on the page it is, stays: the browser has yet to go there.
if (askedAt) history.replaceState(history.state, "", askedAt + location.hash);

// What was refused is told at the top, while a form leads to its own section.
const refused = document.getElementById("refused");
if (refused) {
  if (location.hash) location.replace("#refused");
  refused.focus();
}

// The way back out of a form asks first, unless nothing was changed or the browser keeps what was typed.
const usual = (field) =>
  field.options ? [...field.options].every((one) => one.selected === one.defaultSelected) : field.checked === field.defaultChecked && field.value === field.defaultValue;
for (const button of document.querySelectorAll("[data-back]")) {
  button.addEventListener("click", (event) => {
    const isKept = button.closest("parvis-draft[data-over]");
    if (!isKept && ![...button.form.querySelectorAll("input, textarea, select")].every(usual)) return;
    event.preventDefault();
    location.assign(button.dataset.back);
  });
}

send();
if ("serviceWorker" in navigator) addEventListener("load", () => navigator.serviceWorker.register(worker("/sw.js")).catch(() => {}));
