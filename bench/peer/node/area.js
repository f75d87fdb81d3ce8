// Areas: the H3 cells that cover a circle, distances, and the level and the edges of a map, by the rules of Parvis.
import { UNITS, cellToLatLng, getHexagonAreaAvg, getHexagonEdgeLengthAvg, gridDisk, latLngToCell } from 'h3-js'

const EARTH_RADIUS_M = 6371008.8
const DISTORTION = 1.3
const MAX_CELLS = 40
const MAX_VIEWPORT_CELLS = 3000
const BANDS = [
  [1000, 'UNDER_1_KM'], [2000, 'FROM_1_TO_2_KM'], [5000, 'FROM_2_TO_5_KM'], [10000, 'FROM_5_TO_10_KM'],
  [20000, 'FROM_10_TO_20_KM'], [50000, 'FROM_20_TO_50_KM'], [Infinity, 'OVER_50_KM']
]

const radians = degrees => degrees * Math.PI / 180

export function metres (latA, lngA, latB, lngB) {
  const half = Math.sin(radians(latB - latA) / 2) ** 2 +
    Math.cos(radians(latA)) * Math.cos(radians(latB)) * Math.sin(radians(lngB - lngA) / 2) ** 2
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)))
}

export const band = distance => BANDS.find(([limit]) => distance < limit)[1]

export function cover (lat, lng, radiusM) {
  const resolution = [8, 7, 6, 5].find(found => cellsOf(radiusM, found) <= MAX_CELLS) ?? 5
  const edge = getHexagonEdgeLengthAvg(resolution, UNITS.m)
  const reach = radiusM + DISTORTION * edge
  const rings = Math.ceil(reach * DISTORTION / (Math.sqrt(3) * edge))
  const cells = gridDisk(latLngToCell(lat, lng, resolution), rings)
    .filter(cell => metres(lat, lng, ...cellToLatLng(cell)) <= reach)
  return { resolution, cells: cells.map(cell => BigInt(`0x${cell}`)) }
}

function cellsOf (radiusM, resolution) {
  const edge = getHexagonEdgeLengthAvg(resolution, UNITS.m)
  return Math.PI * (radiusM + edge) ** 2 / (2.598 * edge ** 2)
}

export function mapLevel (zoom, south, west, north, east) {
  const area = metres(south, west, north, west) * metres((south + north) / 2, west, (south + north) / 2, east)
  let level = Math.max(5, Math.min(9, Math.round(zoom * 0.75 - 1.5)))
  while (level >= 5 && area / getHexagonAreaAvg(level, UNITS.m2) > MAX_VIEWPORT_CELLS) level--
  return level
}

// The edges within which the centres of all hexagons of a level lie that may meet a viewport.
export function widened (level, south, west, north, east) {
  const across = DISTORTION * getHexagonEdgeLengthAvg(level, UNITS.m) / EARTH_RADIUS_M * 180 / Math.PI
  const along = across / Math.cos(radians(Math.max(Math.abs(south), Math.abs(north))))
  return [south - across, west - along, north + across, east + along]
}
