// The detailed map («plan détaillé»): the squares of the service that a setting names, the hexagons of the simple map over
// them. A file of its own, which nobody loads who does not press its button.
import { Map as MapLibre, Marker, setWorkerUrl } from "maplibre-gl";
import { walk } from "./walk.js";

const RADIUS_M = 6_378_137; // Of the sphere of Web Mercator.
const MOST_ZOOM = 18;

/** A point of the plane in degrees: [longitude, latitude]. */
const degrees = (x, y) => [(x / RADIUS_M / Math.PI) * 180, (Math.atan(Math.sinh(y / RADIUS_M)) / Math.PI) * 180];

/** The simple map's picture as degrees: its plane is told by its upper left corner and its scale. */
function unprojected({ left, top, scale }) {
  return (x, y) => degrees(Number(left) + x / scale, Number(top) - y / scale);
}

/** The corners of a cell on the picture. */
function corners(cell) {
  const numbers = cell.querySelector("path").getAttribute("d").match(/-?[\d.]+/g).map(Number);
  return numbers.flatMap((number, index) => (index % 2 ? [] : [[number, numbers[index + 1]]]));
}

const middle = (points) => [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);

/** A cell of the simple map as a feature in its colour. */
function feature(cell, at) {
  const path = cell.querySelector("path");
  const ring = corners(cell).map((point) => at(...point));
  const properties = { href: cell.getAttribute("href"), color: getComputedStyle(path).fill };
  return { type: "Feature", properties, geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] } };
}

/** A cell's number, which is its link here, too. */
function link(cell) {
  const made = document.createElement("a");
  made.className = "plan-cell";
  made.href = cell.getAttribute("href");
  made.textContent = cell.querySelector("text").textContent;
  made.setAttribute("aria-label", cell.querySelector("title").textContent);
  return made;
}

function sheet(href) {
  const made = document.createElement("link");
  Object.assign(made, { rel: "stylesheet", href });
  return new Promise((done, failed) => {
    made.addEventListener("load", done);
    made.addEventListener("error", failed);
    document.head.append(made);
  });
}

/** Draws the detailed map into the element of the simple one; what it gives back is used as the simple map is. */
export async function plan(host, svg, cells, scaled) {
  await sheet(host.dataset.sheet);
  setWorkerUrl(host.worker(host.dataset.worker));
  const at = unprojected(host.dataset);
  const { width, height } = svg.viewBox.baseVal;
  const box = document.createElement("div");
  box.className = "plan";
  svg.after(box);
  const map = new MapLibre({
    container: box,
    style: {
      version: 8,
      sources: { squares: { type: "raster", tiles: [host.dataset.tiles], tileSize: 256, maxzoom: MOST_ZOOM } },
      layers: [{ id: "squares", type: "raster", source: "squares" }],
    },
    bounds: [...at(0, height), ...at(width, 0)],
    maxZoom: MOST_ZOOM,
    attributionControl: false,
    scrollZoom: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    keyboard: false, // Arrow keys go from cell to cell, as on the simple map.
  });
  map.touchZoomRotate.disableRotation();
  map.getCanvas().removeAttribute("tabindex");
  map.on("zoom", () => scaled(map.getZoom() >= MOST_ZOOM, map.getZoom() <= 1));
  await new Promise((done, failed) => map.once("load", done).once("webglcontextlost", failed));
  map.addSource("cells", { type: "geojson", data: { type: "FeatureCollection", features: cells.map((cell) => feature(cell, at)) } });
  map.addLayer({ id: "cells", type: "fill", source: "cells", paint: { "fill-color": ["get", "color"], "fill-opacity": 0.55 } });
  map.addLayer({ id: "edges", type: "line", source: "cells", paint: { "line-color": ["get", "color"], "line-width": 2 } });
  map.on("click", "cells", ({ features }) => location.assign(features[0].properties.href));
  const places = new Map();
  const links = cells.map((cell) => {
    const made = link(cell);
    places.set(made, middle(corners(cell)));
    new Marker({ element: made }).setLngLat(at(...places.get(made))).addTo(map);
    return made;
  });
  const isOutside = (made) => !map.getBounds().contains(at(...places.get(made)));
  const eye = {
    grow: (factor) => map.zoomTo(map.getZoom() + Math.log2(factor)),
    reveal: (made) => isOutside(made) && map.panTo(at(...places.get(made))),
  };
  return { eye, cells: links, ...walk(links, (made) => places.get(made)) };
}
