// Which rows are drawn of a run that has more than a map draws at a time.

import { counted } from "../../../../../core/format.js";
import { mixedOrder } from "./thinning.js";

const BESIDE = 0.5; // of what is in sight is drawn on each side too, so that moving a little shows no gap

export class DrawnRows {
  constructor() {
    this.passing = new Int32Array(); // the rows that the sieve lets through, in the order in which they are drawn
    this.rows = this.passing; // those that are drawn, mixed
    this.most = Infinity; // as many as a map draws
  }

  /**
   * Another run, or another sieve.
   * @param {import("../../../browser/data.js").Rows} rows
   * @param {(row: number) => boolean} passes whether a row is let through
   */
  sift({ shown, count }, passes) {
    this.most = shown?.length ?? Infinity;
    this.passing = drawnFirst(shown, count).filter(passes);
    this.rows = this.passing.subarray(0, this.most);
  }

  /**
   * Take those in sight, where there are more than fit; true where they are others than before.
   * @param {import("../../../../../core/charts/js/frame_plot.js").Places} places
   * @param {import("../../../../../core/charts/js/equal_scale.js").Ranges} ranges
   */
  take(places, ranges) {
    if (this.passing.length <= this.most) return false;
    const before = this.rows;
    this.rows = inSight(this.passing, places, ranges, this.most);
    return before.length !== this.rows.length || before.some((row, i) => row !== this.rows[i]);
  }

  /** Whether rows are left out that would be drawn if there were fewer. */
  get some() {
    return this.rows.length < this.passing.length;
  }

  /** What is not drawn, in words; "" where all is. */
  get said() {
    if (!this.some) return "";
    const all = counted(this.passing.length, "frame");
    return this.rows.length < this.most ? `every frame in sight drawn, of ${all}`
      : `${this.rows.length.toLocaleString("en")} of ${all} drawn; zoom in for the others`;
  }
}

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
