// What lies over the points: rings, lines to the neighbours, pins and the way of a walk.

/**
 * @typedef {import("../view.js").MapView} MapView
 * @typedef {import("../model/decode.js").End} End
 */

/** Rings, lines to the neighbours, pins and walks, where the points are now. @param {MapView} view */
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
  if (view.lit !== null) shapes.push(...litShapes(view, view.lit));
  shapes.push(...pinShapes(view));
  view.marks.replaceChildren(...shapes);
}

/**
 * The frame that is pointed at on the other map; at the edge where it is out of sight.
 * @param {MapView} view
 * @param {number} lit
 */
function litShapes(view, lit) {
  const [x, y] = view.pixel(lit);
  /** @param {number} at @param {number} most */
  const inside = (at, most) => Math.min(Math.max(at, 8), most - 8);
  const [cx, cy] = [inside(x, view.plot.width), inside(y, view.plot.height)];
  return [shape("circle", "vab-lit", { cx, cy, r: 14 }), shape("circle", "vab-lit-dot", { cx, cy, r: 5,
    fill: view.colours[lit] })];
}

/** The kept places with their letters, the open one, and the way of a walk. @param {MapView} view */
function pinShapes(view) {
  const made = [];
  const { start, end } = view.walk;
  /** @param {End} place */
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

/** @param {string} kind @param {string} name @param {Record<string, string | number>} attributes */
export function shape(kind, name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", kind);
  made.setAttribute("class", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
