// <parvis-live id="…" data-exchange="…">: what the other writes appears, and that the exchange has moved on is said.
// Speaks graphql-transport-ws to the portal's own API while the page is in view; what is shown is taken from the page.
import { page, swap } from "./page.js";

const TOLD = {
  message: "subscription($id: ID!) { messageReceived(exchange: $id) { id } }",
  change: "subscription($id: ID!) { exchangeChanged(exchange: $id) { id } }",
};
const SHORTEST = 2000;
const LONGEST = 60000;
const REFUSED = 4400;
const BUSY = 4429;

class Live extends HTMLElement {
  connectedCallback() {
    this.look = () => (document.hidden ? this.end() : this.begin());
    document.addEventListener("visibilitychange", this.look);
    this.pause = SHORTEST;
    this.look();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.look);
    this.end();
  }

  begin() {
    if (this.socket || document.hidden || !this.isConnected) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/graphql`, "graphql-transport-ws");
    this.socket = socket;
    const say = (message) => socket.send(JSON.stringify(message));
    socket.onopen = () => say({ type: "connection_init" });
    socket.onmessage = ({ data }) => this.hear(JSON.parse(data), say);
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (code >= REFUSED && code !== BUSY) return;
      this.again = setTimeout(() => this.begin(), this.pause);
      this.pause = Math.min(2 * this.pause, LONGEST);
    };
  }

  end() {
    clearTimeout(this.again);
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  hear({ type, id }, say) {
    if (type === "connection_ack") {
      const variables = { id: this.dataset.exchange };
      for (const [name, query] of Object.entries(TOLD)) say({ type: "subscribe", id: name, payload: { query, variables } });
      this.refresh();
    }
    if (type === "complete" || type === "error") this.socket?.close(); // It begins again, after a pause.
    if (type === "ping") say({ type: "pong" });
    if (type === "next") this.pause = SHORTEST;
    if (type === "next" && id === "message") this.refresh();
    if (type === "next" && id === "change") this.querySelector("[data-changed]")?.removeAttribute("hidden");
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
