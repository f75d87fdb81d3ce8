// <parvis-queue>: the publications that wait for the line. They are sent on every page that is opened with a line, and
// when it comes back; a key that they carry makes sending twice harmless. Who is signed out is asked to sign in.
import { QUEUE, read, write } from "./draft.js";

const PAUSE_MS = 2_000;
const LONGEST_MS = 60_000;

let isSending = false;
let pause = PAUSE_MS;

/** Sends what waits, the oldest first. */
export async function send() {
  if (isSending || !navigator.onLine || !read(QUEUE)?.length) return;
  isSending = true;
  const left = [];
  for (const waiting of read(QUEUE)) {
    const state = await post(waiting);
    if (state === "sent") write(waiting.draft, null);
    else left.push({ ...waiting, state });
  }
  write(QUEUE, left.length ? left : null);
  isSending = false;
  // Browsers do not always notice that the line is back.
  if (left.some(({ state }) => state === "waiting")) setTimeout(send, pause);
  pause = left.length ? Math.min(2 * pause, LONGEST_MS) : PAUSE_MS;
  for (const island of document.querySelectorAll("parvis-queue")) island.show();
}

async function post({ url, body }) {
  try {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await fetch(url, { method: "POST", body, headers, credentials: "same-origin" });
    if (answer.ok && answer.redirected) return "sent";
    return answer.status === 401 ? "signedOut" : answer.status < 500 ? "refused" : "waiting";
  } catch {
    return "waiting";
  }
}

class Queue extends HTMLElement {
  connectedCallback() {
    this.show();
  }

  show() {
    const waiting = read(QUEUE) ?? [];
    const was = this.dataset.had === "true";
    this.dataset.had = String(waiting.length > 0 || was);
    const list = this.querySelector("ul");
    list.replaceChildren(
      ...waiting.map(({ title, state, url }, number) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = url;
        link.textContent = title;
        const told = document.createElement("span");
        told.textContent = this.dataset[state ?? "waiting"];
        const drop = document.createElement("button");
        Object.assign(drop, { type: "button", className: "plain", textContent: this.dataset.drop });
        drop.addEventListener("click", () => {
          const others = (read(QUEUE) ?? []).filter((_, place) => place !== number);
          write(QUEUE, others.length ? others : null);
          this.show();
        });
        item.append(link, told, drop);
        return item;
      }),
    );
    this.querySelector(".queue").hidden = waiting.length === 0;
    this.querySelector(".sent").hidden = !(was && waiting.length === 0);
  }
}
customElements.define("parvis-queue", Queue);
addEventListener("online", send);
