// Listening: an element that speaks graphql-transport-ws to the portal's own API while the page is in view, and begins again.
// Elements say what they subscribe to, and what they do when they are told.
const SHORTEST = 2000;
const LONGEST = 60000;
const REFUSED = 4400;
const BUSY = 4429;

export class Listening extends HTMLElement {
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
      const { queries, variables } = this.asked();
      for (const [name, query] of Object.entries(queries)) say({ type: "subscribe", id: name, payload: { query, variables } });
      this.begun();
    }
    if (type === "complete" || type === "error") this.socket?.close(); // It begins again, after a pause.
    if (type === "ping") say({ type: "pong" });
    if (type !== "next") return;
    this.pause = SHORTEST;
    this.told(id);
  }
}
