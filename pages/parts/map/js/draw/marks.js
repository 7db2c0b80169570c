// What lies over the points: rings, lines to the neighbours, and the clusters' labels.

import { element, words } from "../../../../../core/charts/js/elements.js";
import { withoutOverlap } from "../model/labels.js";
import { partRows } from "../model/parts.js";
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
  if (view.lit !== null) shapes.push(...litShapes(view));
  shapes.push(...pinShapes(view));
  view.marks.replaceChildren(...shapes);
  placeLabels(view);
}

/** The frame that is pointed at on the other map; at the edge where it is out of sight. */
function litShapes(view) {
  const [x, y] = view.pixel(view.lit);
  const inside = (at, most) => Math.min(Math.max(at, 8), most - 8);
  const [cx, cy] = [inside(x, view.plot.width), inside(y, view.plot.height)];
  return [shape("circle", "vab-lit", { cx, cy, r: 14 }), shape("circle", "vab-lit-dot", { cx, cy, r: 5,
    fill: view.colours[view.lit] })];
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

const NEAR = 1.8; // times as near as when all is shown, from which on labels say marking words too
const NEARER = 2.5; // from which on the parts of clusters have labels

/** Each cluster's number and name above the middle of its points, where there is room; nearer, what
 * marks it, then its parts. The largest clusters, whose numbers are the lowest, have room first. */
function placeLabels(view) {
  const { division, data, clusters: { facts } } = view;
  const wanted = division && view.coloured === "cluster" ? division.numbers : [];
  const { nearness } = view.plot;
  const said = nearness >= NEAR ? facts.marking : new Map();
  const parts = wanted.length && nearness >= NEARER ? view.parts.of(data.divided ?? data.run, (view.first ?? view).division) : null;
  const shown = JSON.stringify([data.projection, division?.id, wanted, data.names, data.chosen, [...said], data.only,
    data.sieve, Boolean(parts)]);
  if (view.labels.dataset.shown !== shown) {
    view.labels.dataset.shown = shown;
    view.labels.replaceChildren(...wanted.map((number) => label(view, number, said.get(number))),
      ...(parts ? wanted.flatMap((number) => partLabels(view, number, parts)) : []));
  }
  const labels = [...view.labels.children].filter((one) => {
    one.hidden = one.dataset.row === "" || (view.focus !== null && view.focus !== Number(one.dataset.number));
    return !one.hidden;
  });
  const boxes = labels.map((one) => {
    const [x, y] = view.pixel(Number(one.dataset.row));
    return { x, y: y - 20, width: one.offsetWidth, height: one.offsetHeight };
  });
  const bars = ownBars(view);
  const free = withoutOverlap([...bars, ...boxes]).slice(bars.length);
  labels.forEach((one, i) => {
    one.hidden = !free[i];
    one.style.transform = `translate(${boxes[i].x}px, ${boxes[i].y}px) translate(-50%, -50%)`;
  });
  view.labelBoxes = [...bars, ...boxes.filter((_, i) => free[i])];
}

/** Where the map's own bar and its title lie, by their middles. */
function ownBars(view) {
  return [...view.map.querySelectorAll(".vab-tools, .vab-map-title")].filter((one) => one.offsetWidth).map((one) => ({
    x: one.offsetLeft + one.offsetWidth / 2, y: one.offsetTop + one.offsetHeight / 2,
    width: one.offsetWidth, height: one.offsetHeight }));
}

function label(view, number, marking = []) {
  const { data, division } = view;
  const made = words("vab-map-label", data.names[number] ? clusterTitle(view, number) : String(number));
  if (marking.length) made.append(element("small", "", marking.join(", ")));
  return over(view, made, number, division.members[number].filter((row) => view.shows(row)));
}

/** "3b omicron, vaccine": a part of a cluster, and what marks it among the parts. */
function partLabels(view, number, parts) {
  const rows = partRows(parts, number, view.division.members[number], view.same, (row) => view.shows(row));
  return rows.map((own, part) => {
    const sign = `${number}${String.fromCharCode(97 + part)}`;
    const made = words("vab-map-label vab-part-label", [sign, parts.words[number][part].join(", ")].join(" ").trim());
    return over(view, made, number, own);
  });
}

function over(view, made, number, rows) {
  made.style.setProperty("--vab-colour", clusterColour(view.data, number));
  made.dataset.row = middleRow(view.places, rows) ?? "";
  made.dataset.number = number;
  return made;
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
