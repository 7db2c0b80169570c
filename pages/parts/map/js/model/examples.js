// Which frames stand as pictures on the map of dots: at the densest places, more as one comes nearer.

const CELLS = 60; // across the wider side of the map
const EACH = 5; // pictures for each time the map is as near as when all is shown
const MOST = 40;
const LOOKED_AT = 8000; // rows, so that moving the map stays quick

/** So many pictures; none while all is shown. @param {number} nearness */
export const examplesAt = (nearness) => (nearness < 1.5 ? 0 : Math.min(MOST, Math.floor(EACH * nearness)));

/**
 * The rows by how many lie about them on the map, the densest first.
 * @param {Int32Array} order
 * @param {{ x: Float32Array, y: Float32Array }} places
 */
export function denseOrder(order, places) {
  const [x, y] = [places.x, places.y].map((axis) => order.reduce(([low, high], row) =>
    [Math.min(low, axis[row]), Math.max(high, axis[row])], [Infinity, -Infinity]));
  const size = Math.max(x[1] - x[0], y[1] - y[0], 1e-9) / CELLS;
  /** @param {number} row @returns {[number, number]} */
  const cellOf = (row) => [Math.floor((places.x[row] - x[0]) / size), Math.floor((places.y[row] - y[0]) / size)];
  /** @type {Map<number, number>} */
  const counts = new Map();
  /** @param {number} column @param {number} line */
  const key = (column, line) => 4096 * (column + 1) + line + 1;
  for (const row of order) counts.set(key(...cellOf(row)), (counts.get(key(...cellOf(row))) ?? 0) + 1);
  const about = new Uint32Array(places.x.length);
  for (const row of order) {
    const [column, line] = cellOf(row);
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) about[row] += counts.get(key(column + dx, line + dy)) ?? 0;
    }
  }
  return Int32Array.from(order).sort((a, b) => about[b] - about[a] || a - b);
}

/**
 * Pictures of `sizeOf(row)` above their points, none over another, over a label, or out of sight.
 * @param {Int32Array} dense see denseOrder
 * @param {(row: number) => number[]} pixel
 * @param {(row: number) => { width: number, height: number }} sizeOf
 * @param {{ width: number, height: number }} area
 * @param {{ x: number, y: number, width: number, height: number }[]} labels by their middles
 * @param {number} most
 * @returns {{ row: number, x: number, y: number, width: number, height: number }[]} by their corners
 */
export function examples(dense, pixel, sizeOf, area, labels, most) {
  const taken = labels.map((one) => ({ ...one }));
  const found = [];
  for (const row of dense.subarray(0, LOOKED_AT)) {
    if (found.length >= most) break;
    const [x, below] = pixel(row);
    const { width, height } = sizeOf(row);
    const y = below - height / 2 - 9;
    if (x < width / 2 || y < height / 2 || x > area.width - width / 2 || below > area.height) continue;
    const free = taken.every((other) => Math.abs(x - other.x) >= (width + other.width) / 2 + 6
      || Math.abs(y - other.y) >= (height + other.height) / 2 + 6);
    if (!free) continue;
    taken.push({ x, y, width, height });
    found.push({ row, x: x - width / 2, y: y - height / 2, width, height });
  }
  return found;
}
