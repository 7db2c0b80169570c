// Asks the server what lies at a place between the frames: one question at a time, the newest next.

import { asked, frameId } from "../../../browser/data.js";

/**
 * @typedef {import("../view.js").MapView} MapView
 *
 * A place between the frames, in the map's units; or a frame, by its row.
 * @typedef {{ x: number, y: number, row?: undefined }} Place
 * @typedef {Place | { row: number }} End
 *
 * What is decoded at a place (core/api/decode.py): `picture` is an address, `row` the nearest frame's,
 * `distance` from it in usual distances, `typical` phrases with the captions behind each.
 * @typedef {{ picture: string, words: string | null, typical: [string, number][] | null,
 *   distance: number | null, row: number, frame: string }} Answer
 */

const BETWEEN_MS = 40; // from one question to the next, at least

/** @param {MapView} view @param {End} end */
const endWords = ({ rows }, end) => (end.row === undefined ? `${end.x},${end.y}` : frameId(rows, end.row));

/**
 * @param {MapView} view
 * @param {string} path
 * @param {Record<string, string>} query
 * @param {AbortSignal} [signal]
 */
function askDecoded({ data }, path, query, signal) {
  const words = new URLSearchParams({ projection: data.projection, ...query });
  return asked(`${data.run.base}/runs/${data.run.id}/${path}?${words}`, { signal });
}

/** @param {MapView} view @param {Place} place @param {AbortSignal} [signal] @returns {Promise<Answer>} */
export const decodePlace = (view, { x, y }, signal) =>
  askDecoded(view, "decode", { x: String(x), y: String(y) }, signal);

/** @param {MapView} view @param {End} start @param {End} end @returns {Promise<{ steps: Answer[] }>} */
export const decodeWalk = (view, start, end) =>
  askDecoded(view, "walk", { from: endWords(view, start), to: endWords(view, end) });

/** Follows the pointer: `answered(place, answer)` for the places that could be asked in time. */
export class Following {
  /**
   * @param {MapView} view
   * @param {(place: Place, answer: Answer) => void} answered
   * @param {(error: unknown) => void} failed
   */
  constructor(view, answered, failed) {
    this.view = view;
    this.answered = answered;
    this.failed = failed;
    /** @type {Place | null} */
    this.wanted = null;
    /** @type {AbortController | null} */
    this.asking = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
  }

  /** @param {Place} place */
  go(place) {
    this.wanted = place;
    if (!this.asking) this.ask(place);
  }

  /** Over a frame, or away: an answer that still comes is dropped. */
  stop() {
    this.wanted = null;
    this.asking?.abort();
    this.asking = null;
    clearTimeout(this.waiting);
  }

  /** @param {Place} place */
  async ask(place) {
    const [asking, began] = [new AbortController(), performance.now()];
    this.wanted = null;
    this.asking = asking;
    try {
      const answer = await decodePlace(this.view, place, asking.signal);
      if (asking.signal.aborted) return;
      this.answered(place, answer);
    } catch (error) {
      if (asking.signal.aborted) return;
      this.failed(error);
    }
    this.waiting = setTimeout(() => {
      if (this.asking !== asking) return;
      this.asking = null;
      if (this.wanted) this.ask(this.wanted);
    }, Math.max(0, BETWEEN_MS - (performance.now() - began)));
  }
}

/** How far a decoded place is from the nearest real frame, in words. @param {number | null} distance */
export function distanceWords(distance) {
  if (distance === null) return "Every frame has an equal one, so there is no usual distance.";
  if (distance < 0.005) return "This is a real frame's own latent.";
  return `${distance < 10 ? distance.toFixed(1) : Math.round(distance)} times the usual distance `
    + "between neighbouring frames away from the nearest real frame";
}
