// The parts within the clusters: asked for once a division, when one is near enough to see them.

import { unpack } from "../../../../../core/charts/js/base64.js";
import { runAddress } from "../../../browser/data.js";

export class Parts {
  /** `arrived()` is called when what was asked for is there. */
  constructor(arrived) {
    this.arrived = arrived;
    this.asked = null; // the division that was asked for
    this.found = null; // { of: each row's part from 1, words: of each part by the cluster's number }
  }

  /** Of a division, which is new when its merges are; null while it is asked for, and where it cannot be had. */
  of(run, division) {
    if (division !== this.asked) this.ask(run, division);
    return this.found;
  }

  async ask(run, division) {
    this.asked = division;
    this.found = null;
    const response = await fetch(runAddress(run, `clusterings/${division.id}/parts`)).catch(() => null);
    if (!response?.ok || division !== this.asked) return; // the map is whole without
    const said = await response.json();
    if (division !== this.asked) return;
    this.found = { of: unpack(said.of_frame, Uint8Array), words: said.words };
    this.arrived();
  }
}

/**
 * The rows of each part of a cluster, those that `shows`: [[row, …], …], part 1 first; `same` as in
 * model/second.js.
 */
export function partRows(parts, number, members, same, shows) {
  const rows = (parts.words[number] ?? []).map(() => []);
  for (const row of members) {
    const part = parts.of[same ? same[row] : row];
    if (part && shows(row)) rows[part - 1]?.push(row);
  }
  return rows;
}
