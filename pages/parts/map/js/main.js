// What Streamlit mounts: a view for each element that the map is drawn in, two where a map is beside it.

import { choices } from "../../browser/choices.js";
import { MapView } from "./view.js";

const views = new WeakMap();

/** Streamlit calls this with every new data; the same element keeps its view. */
export default function mount(component) {
  const { parentElement, data: { choices: said, beside, ...data }, setTriggerValue } = component;
  const root = parentElement.querySelector(".vab-explorer");
  if (views.get(parentElement)?.root !== root) {
    views.get(parentElement)?.remove();
    const map = root.querySelector(".vab-map").cloneNode(true); // before anything is drawn in it
    views.set(parentElement, Object.assign(new MapView(root), { emptyMap: map }));
  }
  const view = views.get(parentElement);
  view.trigger = setTriggerValue;
  view.send = (message) => setTriggerValue("chosen", message);
  choices.connect(view.send);
  choices.hear(said);
  const second = besideOf(view, Boolean(beside));
  const other = (map) => map && `${map.run.id}:${map.projection}`;
  view.update({ ...data, other: other(beside) }).catch((error) => view.fail(error));
  second?.update({ ...data, ...beside, divided: data.run, other: other(data) })
    .catch((error) => second.fail(error));
  return () => {
    besideOf(view, false);
    view.remove();
    views.delete(parentElement);
    if (choices.send === view.send) choices.connect(null);
  };
}

/** The view of the second map, made and taken away as it is wanted. */
function besideOf(view, wanted) {
  const place = view.root.querySelector(".vab-second");
  place.hidden = !wanted;
  view.root.toggleAttribute("data-twin", wanted);
  if (wanted && !view.twin) {
    const trouble = Object.assign(document.createElement("div"), { className: "vab-trouble", role: "alert" });
    const map = view.emptyMap.cloneNode(true);
    map.setAttribute("aria-label", "Second map of frames");
    place.replaceChildren(trouble, map);
    view.twin = new MapView(place, view);
  } else if (!wanted && view.twin) {
    view.twin.remove();
    place.replaceChildren();
  }
  return view.twin;
}
