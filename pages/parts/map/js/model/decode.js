// Asks the server what lies at a place between the frames: one question at a time, the newest next.

import { frameId } from "../../../browser/data.js";

const BETWEEN_MS = 40; // from one question to the next, at least

/** A place of one projection: {x, y, projection}; or a frame, as {row}. */
function endWords(view, end) {
  return end.row === undefined ? `${end.x},${end.y}` : frameId(view.rows, end.row);
}

async function askDecoded(view, path, query, signal) {
  const asked = new URLSearchParams({ projection: view.data.projection, ...query });
  const { base, id } = view.data.run;
  const response = await fetch(`${base}/runs/${id}/${path}?${asked}`, { signal });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

export const decodePlace = (view, { x, y }, signal) => askDecoded(view, "decode", { x, y }, signal);

export const decodeWalk = (view, start, end) =>
  askDecoded(view, "walk", { from: endWords(view, start), to: endWords(view, end) });

/** Follows the pointer: `answered(place, answer)` for the places that could be asked in time. */
export class Following {
  constructor(view, answered, failed) {
    this.view = view;
    this.answered = answered;
    this.failed = failed;
    this.wanted = this.asking = null;
  }

  go(place) {
    this.wanted = place;
    if (!this.asking) this.ask();
  }

  /** Over a frame, or away: an answer that still comes is dropped. */
  stop() {
    this.wanted = null;
    this.asking?.abort();
    this.asking = null;
    clearTimeout(this.waiting);
  }

  async ask() {
    const [place, asking, began] = [this.wanted, new AbortController(), performance.now()];
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
      if (this.wanted) this.ask();
    }, Math.max(0, BETWEEN_MS - (performance.now() - began)));
  }
}

/** How far a decoded place is from the nearest real frame, in words. */
export function distanceWords(distance) {
  if (distance === null) return "Every frame has an equal one, so there is no usual distance.";
  if (distance < 0.005) return "This is a real frame's own latent.";
  return `${distance < 10 ? distance.toFixed(1) : Math.round(distance)} times the usual distance `
    + "between neighbouring frames away from the nearest real frame";
}
