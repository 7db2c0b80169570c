// Which part of a map is in sight: one unit is as long across as up, whatever the window's shape.

/**
 * From where to where, across and up, in the map's units.
 * @typedef {[number, number]} Range
 * @typedef {{ x: Range, y: Range }} Ranges
 */

const AROUND_PX = 18; // free around the outermost points

/**
 * These ranges, the one that has room made longer about its middle, in an area of (across, up) pixels.
 * @param {Ranges} ranges
 * @param {number} across
 * @param {number} up
 * @returns {Ranges}
 */
export function equalScale({ x, y }, across, up) {
  const unit = Math.max((x[1] - x[0]) / across, (y[1] - y[0]) / up) || 1 / Math.min(across, up);
  return { x: about(x, unit * across), y: about(y, unit * up) };
}

/**
 * The ranges that show every place.
 * @param {import("./frame_plot.js").Places} places
 * @param {number} across
 * @param {number} up
 */
export function whole(places, across, up) {
  const { x, y } = extent(places);
  return equalScale({ x: wider(x, across), y: wider(y, up) }, across, up);
}

/** @type {WeakMap<object, Ranges>} */
const extents = new WeakMap();

/**
 * The least and the greatest of x and y; 0 and 0 without places.
 * @param {import("./frame_plot.js").Places} places
 * @returns {Ranges}
 */
export function extent(places) {
  const known = extents.get(places) ?? { x: ends(places.x), y: ends(places.y) };
  extents.set(places, known);
  return known;
}

/** @param {Float32Array} numbers @returns {Range} */
function ends(numbers) {
  let [low, high] = [Infinity, -Infinity];
  for (const number of numbers) {
    if (number < low) low = number;
    if (number > high) high = number;
  }
  return low <= high ? [low, high] : [0, 0];
}

/**
 * A range that leaves room at both ends of an area of so many pixels.
 * @param {Range} range
 * @param {number} pixels
 */
function wider([from, to], pixels) {
  return about([from, to], ((to - from) * pixels) / Math.max(pixels - 2 * AROUND_PX, pixels / 2));
}

/** @param {Range} range @param {number} length @returns {Range} */
function about([from, to], length) {
  const middle = (from + to) / 2;
  return [middle - length / 2, middle + length / 2];
}
