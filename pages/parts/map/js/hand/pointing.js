// What a hand does on the map: pointing, choosing, moving, selecting.

import { Outline } from "../model/selection.js";
import { onKey } from "./keys.js";

const HIT_PX = 14;
const CLICK_PX = 4; // a hand that moves less has clicked

/** Everything that is pointed at or pressed on the map. */
export function listen(view) {
  const { signal } = view.stop;
  const on = (target, name, act, options = {}) =>
    target.addEventListener(name, act, { signal, ...options });
  const hands = new Map(); // pointers that are down: [x, y] now
  let pressed = null; // where the only one went down
  on(view.map, "pointermove", (event) => {
    if (!view.drawn) return;
    if (!hands.has(event.pointerId)) return hover(view, event);
    const [x, y] = placeIn(view, event);
    drag(view, hands, event.pointerId, x, y);
    if (pressed && Math.hypot(x - pressed[0], y - pressed[1]) > CLICK_PX) pressed = null;
    return undefined;
  });
  on(view.map, "pointerleave", () => view.unpoint());
  on(view.map, "pointerdown", (event) => {
    if (!view.drawn || event.button || event.target.closest("button")) return;
    const at = placeIn(view, event);
    view.hideCards();
    hands.set(event.pointerId, at);
    pressed = hands.size === 1 ? at : null;
    view.map.setPointerCapture(event.pointerId);
    if (view.mode !== "move" && hands.size === 1) view.outline = new Outline(view.mode, ...at);
  });
  const lift = (event) => {
    if (!hands.delete(event.pointerId)) return;
    const { outline } = view;
    view.outline = null;
    if (event.type === "pointercancel") return view.mark();
    if (outline?.large) return selectInside(view, outline, event);
    if (pressed) click(view, ...pressed, event.shiftKey);
    pressed = null;
    return undefined;
  };
  on(view.map, "pointerup", lift);
  on(view.map, "pointercancel", lift);
  on(view.map, "dblclick", (event) => {
    if (!event.target.closest("button")) view.zoom("fit");
  });
  on(view.map, "wheel", (event) => {
    event.preventDefault();
    view.hideCards();
    view.viewport.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), ...placeIn(view, event));
    view.mark();
  }, { passive: false });
  on(view.map, "keydown", (event) => onKey(view, event));
  on(view.map, "blur", () => view.unpoint());
  on(view.panel.node, "keydown", (event) => {
    if (event.key === "Escape" && !event.target.closest("dialog")) view.choose(null);
  });
  for (const tool of view.root.querySelectorAll(".vab-tools button")) {
    on(tool, "click", () => view.use(tool.dataset));
  }
  view.resize = new ResizeObserver(() => {
    view.viewport.resize(view.map.clientWidth, view.map.clientHeight);
    view.mark();
  });
  view.resize.observe(view.map);
}

/** Where an event is, in the map's pixels. */
function placeIn(view, event) {
  const { left, top } = view.map.getBoundingClientRect();
  return [event.clientX - left - view.map.clientLeft, event.clientY - top - view.map.clientTop];
}

/** The card of the frame below the pointer, or what is decoded where there is none. */
function hover(view, event) {
  if (event.target.closest(".vab-tools, .vab-notes")) return view.unpoint();
  const [x, y] = placeIn(view, event);
  const row = rowAt(view, x, y);
  view.point(row);
  if (row !== null) {
    view.placeCard.hide();
    return view.card.show(view, row, event.clientX, event.clientY);
  }
  view.card.hide();
  if (event.pointerType === "touch" || view.mode !== "move") return view.placeCard.hide();
  const [dataX, dataY] = view.viewport.place(x, y);
  return view.placeCard.follow({ x: dataX, y: dataY }, event.clientX, event.clientY);
}

/** Move the map, zoom it with two fingers, or draw the outline. */
function drag(view, hands, pointer, x, y) {
  const [beforeX, beforeY] = hands.get(pointer);
  hands.set(pointer, [x, y]);
  if (view.outline && hands.size === 1) {
    view.outline.to(x, y);
    return view.markOver();
  }
  view.outline = null;
  if (hands.size === 1) {
    view.viewport.pan(x - beforeX, y - beforeY);
  } else {
    const [, [otherX, otherY]] = [...hands].find(([other]) => other !== pointer);
    const apart = Math.hypot(beforeX - otherX, beforeY - otherY);
    const now = Math.hypot(x - otherX, y - otherY);
    view.viewport.zoom(now / Math.max(apart, 1), (x + otherX) / 2, (y + otherY) / 2);
  }
  return view.mark();
}

/** A new selection; with shift it is added to the one there is, with alt taken away from it. */
function selectInside(view, outline, { shiftKey, altKey }) {
  const found = outline.rows(view);
  const before = view.selection.rows;
  if (altKey) {
    const gone = new Set(found);
    return view.select(before.filter((row) => !gone.has(row)));
  }
  return view.select(shiftKey ? [...new Set([...before, ...found])] : found);
}

/** A frame is opened, an empty place pinned; the second place of a walk ends it. */
function click(view, x, y, shift) {
  view.map.focus({ preventScroll: true });
  const row = rowAt(view, x, y);
  const [dataX, dataY] = view.viewport.place(x, y);
  const place = row === null ? view.pins.at(x, y) ?? { x: dataX, y: dataY } : { row };
  const from = view.selected !== null ? { row: view.selected } : view.pins.open;
  if (shift && from) view.walk.begin(from);
  if (view.walk.waiting) return view.walk.to(place);
  if (row !== null) return view.choose(row);
  return view.choosePlace(place);
}

/** The row nearest to a pixel, within reach; a scan of 50,000 points takes under a millisecond. */
export function rowAt(view, x, y, reach = HIT_PX) {
  const tile = view.tiles.rowAt(x, y);
  if (tile !== null && reach === HIT_PX) return tile;
  const { viewport, places } = view;
  const [x0, y0] = viewport.pixel(0, 0);
  let [best, nearest] = [null, reach * reach];
  for (const row of view.order) {
    const dx = x0 + places.x[row] * viewport.scale - x;
    const dy = y0 - places.y[row] * viewport.scale - y;
    const far = dx * dx + dy * dy;
    if (far < nearest) [best, nearest] = [row, far];
  }
  return best;
}
