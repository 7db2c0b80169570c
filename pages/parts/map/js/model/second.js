// What a second map of another run takes over from the first: the frames that both have.

import { frameId, membersOf } from "../../../browser/data.js";

/**
 * @typedef {import("../../../browser/data.js").Rows} Rows
 * @typedef {import("../../../browser/data.js").Division} Division
 */

/**
 * For each row the row of the same frame in another run, -1 where it has none.
 * @param {Rows} rows
 * @param {Rows} others
 */
export function sameRows(rows, others) {
  const found = new Int32Array(rows.count).fill(-1);
  for (let row = 0; row < rows.count; row += 1) found[row] = others.rowOf.get(frameId(rows, row)) ?? -1;
  return found;
}

/**
 * The division of other rows as one of these: a frame that was not divided is in no cluster.
 * @param {Division | null} division
 * @param {Int32Array | null} same see sameRows; null where the rows are the same
 * @returns {Division | null}
 */
export function carriedDivision(division, same) {
  if (!division || !same) return division;
  /** @param {ArrayLike<number>} values @param {number} otherwise */
  const carried = (values, otherwise) => Array.from(same, (row) => (row < 0 ? otherwise : values[row]));
  const labels = Uint16Array.from(carried(division.labels, 0));
  return { ...division, labels, members: membersOf(labels, division.k), distance: Float32Array.from(carried(division.distance, NaN)),
    probability: division.probability && Float32Array.from(carried(division.probability, 0)) };
}

/**
 * A mask of other rows as one of these.
 * @param {Uint8Array} mask
 * @param {Int32Array | null} same
 */
export const carriedMask = (mask, same) =>
  (same ? Uint8Array.from(same, (row) => (row < 0 ? 0 : mask[row])) : mask);
