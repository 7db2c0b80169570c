// The place of the cluster cards: an element of its own, so that the page can put others before it.

import { within } from "../../../../core/charts/js/elements.js";

/** @type {HTMLElement | null} */
let place = null;
/** @type {HTMLElement | null} */
let content = null;

/** What Streamlit mounts below the map. @param {{ parentElement: HTMLElement }} component */
export default function mount({ parentElement }) {
  place = within(parentElement, ".vab-clusters-place");
  if (content) place.replaceChildren(content);
  return () => {
    place = null;
  };
}

/** Put a node there, now or when the place is there; null takes it away. @param {HTMLElement | null} node */
export function putBelow(node) {
  content = node;
  place?.replaceChildren(...(node ? [node] : []));
}
