// <parvis-live id="…" data-exchange="…">: what the other writes appears, and that the exchange has moved on is said.
// What is shown is taken from the page.
import { Listening } from "./listen.js";
import { page, swap } from "./page.js";

const TOLD = {
  message: "subscription($id: ID!) { messageReceived(exchange: $id) { id } }",
  change: "subscription($id: ID!) { exchangeChanged(exchange: $id) { id } }",
};
class Live extends Listening {
  asked() {
    return { queries: TOLD, variables: { id: this.dataset.exchange } };
  }

  begun() {
    this.refresh();
  }

  told(name) {
    if (name === "message") this.refresh();
    else this.querySelector("[data-changed]")?.removeAttribute("hidden");
  }

  /** Takes the messages from the page as it is now, unless they are the same. */
  async refresh() {
    const count = () => this.querySelectorAll("li").length;
    const before = count();
    const isChanged = this.querySelector("[data-changed]:not([hidden])");
    try {
      const got = await page(location.href);
      const there = got.document.getElementById(this.id)?.querySelectorAll("li").length;
      if (got.status !== 200 || there === before || !swap(this, got.document)) return;
    } catch {
      return; // The line is gone: the next message tries again.
    }
    if (isChanged) this.querySelector("[data-changed]")?.removeAttribute("hidden");
    const live = document.getElementById("told");
    if (live && count() > before) live.textContent = this.dataset.told;
  }
}
customElements.define("parvis-live", Live);
