// What is said at each row, and what the model decodes there. Not kept from visit to visit: an analyst
// may have corrected a caption since.

import { unpack } from "../../../core/charts/js/base64.js";
import { asked, runAddress } from "./data.js";

/**
 * The caption of a row, "" where none is known, and the words decoded from its latent, null of a model
 * without words.
 * @typedef {{ caption: (row: number) => string, decoded: (row: number) => string | null }} Captions
 *
 * @typedef {{ texts: string[], text: Int32Array, decoded: string[] | null, rows: Int32Array | null }} Answer
 */

/** @type {Map<string, Promise<Answer>>} */
const underWay = new Map(); // what map and timeline both ask for at the same time

/**
 * Of all rows at once; of a run whose map does not draw them all a video at a time, as a row of it is
 * looked at.
 * @param {import("./data.js").Run} run
 * @param {import("./data.js").Rows} rows
 * @param {() => void} arrived called when those of one more video are there
 * @returns {Promise<Captions>}
 */
export async function loadCaptions(run, rows, arrived) {
  const address = runAddress(run, "captions");
  if (rows.shown) return new VideoCaptions(address, rows, arrived);
  const { texts, text, decoded } = await read(address);
  return { caption: (row) => texts[text[row]], decoded: (row) => decoded?.[row] ?? null };
}

/** @implements {Captions} */
class VideoCaptions {
  /**
   * @param {string} address
   * @param {import("./data.js").Rows} rows
   * @param {() => void} arrived
   */
  constructor(address, rows, arrived) {
    this.address = address;
    this.rows = rows;
    this.arrived = arrived;
    /** @type {Set<number>} */
    this.asked = new Set(); // places of videos
    /** @type {Map<number, { caption: string, decoded: string | null }>} */
    this.said = new Map(); // of a row
  }

  /** @param {number} row */
  caption(row) {
    return this.of(row)?.caption ?? "";
  }

  /** @param {number} row */
  decoded(row) {
    return this.of(row)?.decoded ?? null;
  }

  /** @param {number} row */
  of(row) {
    const video = this.rows.video[row];
    if (!this.asked.has(video)) this.ask(video);
    return this.said.get(row);
  }

  /** @param {number} video */
  async ask(video) {
    this.asked.add(video);
    try {
      const { texts, text, decoded, rows } = await read(`${this.address}&video=${this.rows.videos[video]}`);
      rows?.forEach((row, place) =>
        this.said.set(row, { caption: texts[text[place]], decoded: decoded?.[place] ?? null }));
      this.arrived();
    } catch {
      this.asked.delete(video); // asked for again when it is looked at again
    }
  }
}

/** @param {string} address @returns {Promise<Answer>} */
function read(address) {
  const answer = underWay.get(address) ?? asked(address).then((packed) => ({ ...packed,
    text: unpack(packed.text, Int32Array), rows: packed.rows && unpack(packed.rows, Int32Array),
  })).finally(() => underWay.delete(address));
  underWay.set(address, answer);
  return answer;
}
