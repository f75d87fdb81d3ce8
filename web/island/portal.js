// What the portal's pages do beyond links and forms, each as a custom element; without it all pages work.
import "./map.js";
import "./near.js";
