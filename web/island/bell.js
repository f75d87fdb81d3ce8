// <parvis-bell id="…">: the number of unread notices follows what its reader is told, while the page is in view.
import { Listening } from "./listen.js";
import { page, swap } from "./page.js";

const QUERIES = { notice: "subscription { noticeReceived { id } }" };
const PAUSE = 400;

class Bell extends Listening {
  asked() {
    return { queries: QUERIES };
  }

  begun() {}

  /** Takes the number from the page as it is now; several notices at once are one look. */
  told() {
    clearTimeout(this.soon);
    this.soon = setTimeout(async () => {
      try {
        const got = await page(location.href);
        const live = document.getElementById("told");
        if (got.status === 200 && swap(this, got.document) && live) live.textContent = this.dataset.told;
      } catch {
        // The line is gone: the next notice tries again.
      }
    }, PAUSE);
  }
}
customElements.define("parvis-bell", Bell);
