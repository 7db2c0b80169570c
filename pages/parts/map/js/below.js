// The place of the cluster cards: an element of its own, so that the page can put others before it.

let place = null;
let content = null;

/** What Streamlit mounts below the map. */
export default function mount({ parentElement }) {
  place = parentElement.querySelector(".vab-clusters-place");
  if (content) place.replaceChildren(content);
  return () => {
    place = null;
  };
}

/** Put a node there, now or when the place is there; null takes it away. */
export function putBelow(node) {
  content = node;
  place?.replaceChildren(...(node ? [node] : []));
}
