// What Streamlit mounts: one view for each element that the map is drawn in.

import { choices } from "../../browser/choices.js";
import { MapView } from "./view.js";

const views = new WeakMap();

/** Streamlit calls this with every new data; the same element keeps its view. */
export default function mount(component) {
  const { parentElement, data: { choices: said, ...data }, setTriggerValue } = component;
  const root = parentElement.querySelector(".vab-explorer");
  if (views.get(parentElement)?.root !== root) {
    views.get(parentElement)?.remove();
    views.set(parentElement, new MapView(root));
  }
  const view = views.get(parentElement);
  view.trigger = setTriggerValue;
  view.send = (message) => setTriggerValue("chosen", message);
  choices.connect(view.send);
  choices.hear(said);
  view.update(data).catch((error) => view.fail(error));
  return () => {
    view.remove();
    views.delete(parentElement);
    if (choices.send === view.send) choices.connect(null);
  };
}
