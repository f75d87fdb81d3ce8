// The one script of all widgets. A page that shows two portals loads it twice: the first to come makes the elements.
import { Debate } from "./debate.js";
import { List } from "./list.js";
import { HexagonMap } from "./map.js";
import { Vote } from "./vote.js";

const KINDS = { "parvis-list": List, "parvis-vote": Vote, "parvis-debate": Debate, "parvis-map": HexagonMap };
for (const [name, kind] of Object.entries(KINDS)) {
  if (!customElements.get(name)) customElements.define(name, kind);
}
