// What lies over the points: rings, lines to the neighbours, and the clusters' labels.

import { words } from "../../../../../core/charts/js/elements.js";
import { clusterColour, clusterTitle } from "../../../../../core/charts/js/colours.js";

/** Rings, lines to the neighbours and cluster labels, where the points are now. */
export function drawMarks(view) {
  const shapes = [];
  if (view.selected !== null) {
    const [x, y] = view.pixel(view.selected);
    for (const row of view.linked) {
      const [x2, y2] = view.pixel(row);
      shapes.push(shape("line", "vab-link-line", { x1: x, y1: y, x2, y2 }));
    }
    shapes.push(shape("circle", "vab-ring vab-ring-chosen", { cx: x, cy: y, r: 10 }));
  }
  if (view.pointed !== null) {
    const [cx, cy] = view.pixel(view.pointed);
    shapes.push(shape("circle", "vab-ring", { cx, cy, r: 9 }));
  }
  shapes.push(...pinShapes(view));
  view.marks.replaceChildren(...shapes);
  placeLabels(view);
}

/** The kept places with their letters, the open one, and the way of a walk. */
function pinShapes(view) {
  const made = [];
  const { start, end } = view.walk;
  const where = (place) => (place.row === undefined ? view.pixelOf(place.x, place.y) : view.pixel(place.row));
  if (start) {
    const [x1, y1] = where(start);
    if (end) {
      const [x2, y2] = where(end);
      made.push(shape("line", "vab-way", { x1, y1, x2, y2 }));
    }
    for (const [cx, cy] of [[x1, y1], ...(end ? [where(end)] : [])]) {
      made.push(shape("circle", "vab-ring", { cx, cy, r: 13 }));
    }
  }
  const { open, kept } = view.pins;
  for (const pin of open && !kept.includes(open) ? [...kept, open] : kept) {
    const [x, y] = view.pixelOf(pin.x, pin.y);
    made.push(shape("circle", pin === open ? "vab-pin vab-pin-open" : "vab-pin", { cx: x, cy: y, r: 10 }));
    const letter = shape("text", "vab-pin-letter", { x, y: y + 4 });
    letter.textContent = pin.letter ?? "+";
    made.push(letter);
  }
  return made;
}

/** Each cluster's number, or number and name, above the middle of its points. */
function placeLabels(view) {
  const { division, data } = view;
  const wanted = division && view.coloured === "cluster" ? division.numbers : [];
  const shown = JSON.stringify([data.projection, division?.id, wanted, data.names, data.chosen]);
  if (view.labels.dataset.shown !== shown) {
    view.labels.dataset.shown = shown;
    view.labels.replaceChildren(...wanted.map((number) => {
      const label = words("vab-map-label",
        data.names[number] ? clusterTitle(view, number) : String(number));
      label.style.setProperty("--vab-colour", clusterColour(data, number));
      label.dataset.row = middleRow(view.places, division.members[number]) ?? "";
      label.dataset.number = number;
      return label;
    }));
  }
  for (const label of view.labels.children) {
    label.hidden = label.dataset.row === ""
      || (view.focus !== null && view.focus !== Number(label.dataset.number));
    if (label.hidden) continue;
    const [x, y] = view.pixel(Number(label.dataset.row));
    label.style.transform = `translate(${x}px, ${y - 20}px) translate(-50%, -50%)`;
  }
}

/** The member nearest to the median place: a label there stands on its own cluster. */
function middleRow(places, members) {
  if (!members.length) return null;
  const median = (axis) => members.map((row) => axis[row]).sort((a, b) => a - b)[members.length >> 1];
  const [x, y] = [median(places.x), median(places.y)];
  const far = (row) => (places.x[row] - x) ** 2 + (places.y[row] - y) ** 2;
  return members.reduce((best, row) => (far(row) < far(best) ? row : best));
}

export function shape(kind, name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", kind);
  made.setAttribute("class", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
