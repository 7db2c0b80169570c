// Two fingers zoom the map, which Plotly leaves to others.

/** @param {import("../view.js").MapView} view @param {import("./pointing.js").On} on */
export function pinch(view, on) {
  /** @type {Map<number, [number, number]>} */
  const fingers = new Map(); // that are down: [x, y] in the window
  const apart = () => {
    const [[x1, y1], [x2, y2]] = [...fingers.values()];
    return Math.hypot(x1 - x2, y1 - y2);
  };
  on(view.map, "pointerdown", (event) => {
    if (event.pointerType === "touch") fingers.set(event.pointerId, [event.clientX, event.clientY]);
  }, { capture: true });
  on(view.map, "pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = fingers.size === 2 ? apart() : 0;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (!before || !view.plot.drawn) return;
    event.stopPropagation();
    const [[x1, y1], [x2, y2]] = [...fingers.values()];
    const { left, top } = view.map.getBoundingClientRect();
    view.plot.zoom(apart() / before, (x1 + x2) / 2 - left, (y1 + y2) / 2 - top);
  }, { capture: true });
  /** @param {PointerEvent} event */
  const lifted = ({ pointerId }) => fingers.delete(pointerId);
  on(document, "pointerup", lifted, { capture: true });
  on(document, "pointercancel", lifted, { capture: true });
}
