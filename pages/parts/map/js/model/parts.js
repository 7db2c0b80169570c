// The parts within the clusters: asked for once a division, when one is near enough to see them.

import { unpack } from "../../../../../core/charts/js/base64.js";
import { asked, runAddress } from "../../../browser/data.js";

/**
 * @typedef {import("../../../browser/data.js").Run} Run
 * @typedef {import("../../../browser/data.js").Division} Division
 *
 * Each row's part from 1, and the words of each part by the cluster's number.
 * @typedef {{ of: Uint8Array, words: Record<string, string[][]> }} Found
 */

export class Parts {
  /** `arrived()` is called when what was asked for is there. @param {() => void} arrived */
  constructor(arrived) {
    this.arrived = arrived;
    /** @type {Division | null} */
    this.asked = null; // the division that was asked for
    /** @type {Found | null} */
    this.found = null;
  }

  /**
   * Of a division, which is new when its merges are; null while it is asked for, and where it cannot be
   * had.
   * @param {Run} run
   * @param {Division} division
   */
  of(run, division) {
    if (division !== this.asked) this.ask(run, division);
    return this.found;
  }

  /** @param {Run} run @param {Division} division */
  async ask(run, division) {
    this.asked = division;
    this.found = null;
    const said = await asked(runAddress(run, `clusterings/${division.id}/parts`)).catch(() => null);
    if (!said || division !== this.asked) return; // the map is whole without
    this.found = { of: unpack(said.of_frame, Uint8Array), words: said.words };
    this.arrived();
  }
}

/**
 * The rows of each part of a cluster, those that `shows`: [[row, …], …], part 1 first; `same` as in
 * model/second.js.
 * @param {Found} parts
 * @param {number} number
 * @param {number[]} members
 * @param {Int32Array | null} same
 * @param {(row: number) => boolean} shows
 */
export function partRows(parts, number, members, same, shows) {
  const rows = (parts.words[number] ?? []).map(() => /** @type {number[]} */ ([]));
  for (const row of members) {
    const part = parts.of[same ? same[row] : row];
    if (part && shows(row)) rows[part - 1]?.push(row);
  }
  return rows;
}
