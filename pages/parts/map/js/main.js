// What Streamlit mounts: a view for each element that the map is drawn in, two where a map is beside it.

import { element, within } from "../../../../core/charts/js/elements.js";
import { choices } from "../../browser/choices.js";
import { MapView } from "./view.js";

/** @type {WeakMap<HTMLElement, { view: MapView, emptyMap: HTMLElement }>} */
const views = new WeakMap();

/**
 * Streamlit calls this with every new data; the same element keeps its view.
 * @typedef {Pick<import("./view.js").MapData, "run" | "projection" | "title" | "only">} Beside
 * @param {{ parentElement: HTMLElement, setTriggerValue: (name: string, message: object) => void,
 *   data: import("./view.js").MapData & { beside: Beside | null,
 *     choices: import("../../browser/choice_store.js").Chosen & { session: string, version: number } } }} component
 */
export default function mount(component) {
  const { parentElement, data: { choices: said, beside, ...data }, setTriggerValue } = component;
  const root = within(parentElement, ".vab-explorer");
  const { view, emptyMap } = viewOf(parentElement, root);
  /** @param {object} message */
  const send = (message) => setTriggerValue("chosen", message);
  view.trigger = setTriggerValue;
  choices.connect(send);
  choices.hear(said);
  const second = besideOf(view, beside && emptyMap);
  /** @param {Beside | null} map */
  const other = (map) => map && `${map.run.id}:${map.projection}`;
  view.update({ ...data, other: other(beside) }).catch((error) => view.fail(error));
  second?.update({ ...data, ...beside, divided: data.run, other: other(data) })
    .catch((error) => second.fail(error));
  return () => {
    besideOf(view, null);
    view.remove();
    views.delete(parentElement);
    if (choices.send === send) choices.connect(null);
  };
}

/**
 * The view of an element, made anew where Streamlit has.
 * @param {HTMLElement} node
 * @param {HTMLElement} root
 */
function viewOf(node, root) {
  const known = views.get(node);
  if (known?.view.root === root) return known;
  known?.view.remove();
  const emptyMap = copyOf(within(root, ".vab-map")); // before anything is drawn in it
  const made = { view: new MapView(root), emptyMap };
  views.set(node, made);
  return made;
}

/** @param {HTMLElement} node */
const copyOf = (node) => /** @type {HTMLElement} */ (node.cloneNode(true));

/**
 * The view of the second map, made of an empty one and taken away as it is wanted.
 * @param {MapView} view
 * @param {HTMLElement | null} emptyMap
 */
function besideOf(view, emptyMap) {
  const place = within(view.root, ".vab-second");
  place.hidden = !emptyMap;
  view.root.toggleAttribute("data-twin", Boolean(emptyMap));
  if (emptyMap && !view.twin) {
    const map = copyOf(emptyMap);
    map.setAttribute("aria-label", "Second map of frames");
    place.replaceChildren(element("div", "vab-trouble", undefined, { role: "alert" }), map);
    view.twin = new MapView(place, view);
  } else if (!emptyMap && view.twin) {
    view.twin.remove();
    place.replaceChildren();
  }
  return view.twin;
}
