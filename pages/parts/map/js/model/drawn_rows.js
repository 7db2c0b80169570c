// Which rows are drawn of a run that has more than a map draws at a time.

import { mixedOrder } from "./thinning.js";

const BESIDE = 0.5; // of what is in sight is drawn on each side too, so that moving a little shows no gap

/**
 * All rows, mixed; first those that are drawn while the whole map is in sight.
 * @param {Int32Array | null} shown those, null where they are all
 * @param {number} count
 */
export function drawnFirst(shown, count) {
  const every = new Int32Array(count);
  for (let row = 0; row < count; row += 1) every[row] = row;
  if (!shown) return mixedOrder(every);
  const first = new Uint8Array(count);
  for (const row of shown) first[row] = 1;
  const order = new Int32Array(count);
  order.set(mixedOrder(shown));
  order.set(mixedOrder(every.filter((row) => !first[row])), shown.length);
  return order;
}

/**
 * The first `most` of these rows that are in sight, or a little beside it.
 * @param {Int32Array} order
 * @param {import("../../../../../core/charts/js/frame_plot.js").Places} places
 * @param {import("../../../../../core/charts/js/equal_scale.js").Ranges} ranges
 * @param {number} most
 */
export function inSight(order, { x, y }, ranges, most) {
  const [left, right] = wider(ranges.x);
  const [low, high] = wider(ranges.y);
  const found = new Int32Array(Math.min(most, order.length));
  let count = 0;
  for (let i = 0; i < order.length && count < found.length; i += 1) {
    const row = order[i];
    if (x[row] >= left && x[row] <= right && y[row] >= low && y[row] <= high) found[count++] = row;
  }
  return found.subarray(0, count);
}

/** @param {number[]} range */
const wider = ([from, to]) => [from - BESIDE * (to - from), to + BESIDE * (to - from)];
