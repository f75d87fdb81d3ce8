// The one script of all widgets. A page that shows two portals loads it twice: the first to come makes the elements.
import { List } from "./list.js";
import { Vote } from "./vote.js";

for (const [name, kind] of [["parvis-list", List], ["parvis-vote", Vote]]) {
  if (!customElements.get(name)) customElements.define(name, kind);
}
