// <parvis-live id="…" data-exchange="…">: what the other writes appears, and where the exchange is changes as it goes on.
// What is shown is taken from the page; a part in which somebody types stays, and the page says that there is news.
import { Listening } from "./listen.js";
import { page, swap } from "./page.js";

const TOLD = {
  message: "subscription($id: ID!) { messageReceived(exchange: $id) { id } }",
  change: "subscription($id: ID!) { exchangeChanged(exchange: $id) { id } }",
};
/** What follows the state of the exchange: where it is and where to meet; whether one may write. */
const PARTS = ["etat", "ecrire"];
const FIELDS = "input:not([type=hidden]), textarea, select";

/** Somebody has typed or chosen something in a part, or is about to. */
function isTouched(part) {
  const isOther = ({ type, value, defaultValue, checked, defaultChecked, options }) =>
    options
      ? [...options].some((option) => option.selected !== option.defaultSelected && option.index > 0)
      : type === "radio" || type === "checkbox"
        ? checked !== defaultChecked
        : value !== defaultValue;
  return [...part.querySelectorAll(FIELDS)].some((field) => field === document.activeElement || isOther(field));
}

class Live extends Listening {
  asked() {
    return { queries: TOLD, variables: { id: this.dataset.exchange } };
  }

  begun() {
    this.refresh();
  }

  told() {
    this.refresh();
  }

  /** Takes the messages and the state from the page as it is now, unless they are the same. One asking at a time. */
  async refresh() {
    if (this.asking) {
      this.isLate = true;
      return;
    }
    this.asking = true;
    try {
      const got = await page(location.href);
      if (got.status === 200) this.take(got.document);
    } catch {
      // The line is gone: the next event tries again.
    }
    this.asking = false;
    if (this.isLate) {
      this.isLate = false;
      this.refresh();
    }
  }

  take(other) {
    const count = () => this.querySelectorAll("li").length;
    const before = count();
    const there = other.getElementById(this.id)?.querySelectorAll("li").length;
    const isChanged = this.querySelector("[data-changed]:not([hidden])");
    if (there !== before) swap(this, other);
    const news = count() > before ? [this.dataset.told] : [];
    let isLeft = Boolean(isChanged);
    for (const id of PARTS) {
      const [here, now] = [document.getElementById(id), other.getElementById(id)];
      if (!here || !now || here.dataset.state === now.dataset.state) continue;
      if (isTouched(here)) {
        isLeft = true;
        continue;
      }
      swap(here, other);
      here.dataset.state = now.dataset.state;
      const title = here.querySelector("h2")?.textContent;
      if (title) news.push(title);
    }
    if (isLeft) this.querySelector("[data-changed]")?.removeAttribute("hidden");
    const live = document.getElementById("told");
    if (live && news.length) live.textContent = news.join(" – ");
  }
}
customElements.define("parvis-live", Live);
