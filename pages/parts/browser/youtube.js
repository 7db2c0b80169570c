// YouTube's player in the page: nothing is asked of YouTube before somebody wants to see the moment.

import { element } from "../../../core/charts/js/elements.js";

/**
 * A player that begins at `start` and ends at `end`, in seconds; to the end of the video without.
 * @param {string} id
 * @param {string} title
 * @param {number} start
 * @param {number | null} end
 */
export function youtubePlayer(id, title, start, end = null) {
  return element("iframe", "", undefined, {
    src: embedAddress(id, start, end), title: `${title} on YouTube`,
    allow: "autoplay; encrypted-media; fullscreen", referrerpolicy: "strict-origin-when-cross-origin",
  });
}

/** @param {string} id @param {number} start @param {number | null} end */
export function embedAddress(id, start, end = null) {
  const asked = new URLSearchParams({ start: String(Math.floor(start)), autoplay: "1", rel: "0" });
  if (end !== null) asked.set("end", String(Math.ceil(end)));
  return `https://www.youtube-nocookie.com/embed/${encodeURIComponent(id)}?${asked}`;
}

/**
 * The id in an address of YouTube's watch page, as the server writes it; null in any other.
 * @param {string | null} [address]
 */
export function watchedId(address) {
  return /^https:\/\/www\.youtube\.com\/watch\?v=([\w-]{11})(?:&|$)/.exec(address ?? "")?.[1] ?? null;
}
