// What the portal's pages do beyond links and forms, each as a custom element; without it all pages work.
import "./map.js";
import "./near.js";
import "./part.js";
import "./find.js";
import "./draft.js";
import "./basket.js";
import "./read.js";
import "./live.js";
import { send } from "./queue.js";
import { worker } from "./page.js";

send();
if ("serviceWorker" in navigator) addEventListener("load", () => navigator.serviceWorker.register(worker("/sw.js")).catch(() => {}));
