// What a hand does on the map: pointing, choosing, selecting. Moving and outlines are Plotly's.

import { combined, rowsInside } from "../model/selection.js";
import { onKey } from "./keys.js";
import { pinch } from "./pinch.js";

/**
 * @typedef {import("../view.js").MapView} MapView
 * @typedef {import("../model/decode.js").Place} Place
 * @typedef {{ <Name extends keyof HTMLElementEventMap>(target: HTMLElement | Document, name: Name,
 *   act: (event: HTMLElementEventMap[Name]) => void, options?: object): void }} On until the map is gone
 */

/**
 * What the plot tells of the hand: see FramePlot.
 * @param {MapView} view
 * @returns {import("../../../../../core/charts/js/frame_plot.js").Heard}
 */
export function heard(view) {
  return {
    over: (row, x, y, event) => hover(view, tileUnder(view, event) ?? row, { x, y }, event),
    clicked: (row, x, y, event) => click(view, tileUnder(view, event) ?? row, { x, y }, event),
    left: () => view.unpoint(),
    moved: () => {
      clearTimeout(view.settling); // drawing other points would end the hand's move
      view.hideCards();
      view.mark();
    },
    settled: () => view.settled(),
    outlined: (corners) => {
      const found = rowsInside(corners, view.places).filter((row) => view.shows(row));
      view.select(combined(view.selection.rows, found, view.keys));
    },
  };
}

/** Everything else that is pressed on the map or beside it. @param {MapView} view */
export function listen(view) {
  const { signal } = view.stop;
  /** @type {On} */
  const on = (target, name, act, options = {}) =>
    target.addEventListener(name, /** @type {EventListener} */ (act), { signal, ...options });
  on(view.map, "pointerup", ({ shiftKey, altKey }) => { view.keys = { shiftKey, altKey }; }, { capture: true });
  on(document, "pointerup", ({ shiftKey, altKey }) => { view.keys = { shiftKey, altKey }; }, { capture: true });
  on(view.map, "pointerdown", () => view.hideCards());
  on(view.map, "keydown", (event) => onKey(view, event));
  on(view.map, "blur", () => view.unpoint());
  on(view.panel.node, "keydown", (event) => {
    if (event.key === "Escape" && !/** @type {Element} */ (event.target).closest("dialog")) view.choose(null);
  });
  for (const tool of /** @type {NodeListOf<HTMLElement>} */ (view.map.querySelectorAll(".vab-tools button"))) {
    on(tool, "click", () => view.use(tool.dataset));
  }
  on(view.colourList, "change", () => view.use({ colour: view.colourList.value }));
  pinch(view, on);
  view.resize = new ResizeObserver(() => {
    view.plot.resize();
    view.labels.forget();
    view.mark();
  });
  view.resize.observe(view.map);
}

/** The row whose picture lies under the pointer. @param {MapView} view @param {MouseEvent} event */
function tileUnder(view, { clientX, clientY }) {
  const { left, top } = view.plot.node.getBoundingClientRect();
  return view.tiles.rowAt(clientX - left, clientY - top);
}

/**
 * The card of the frame below the pointer, or what is decoded where there is none.
 * @param {MapView} view
 * @param {number | null} row
 * @param {Place} place
 * @param {MouseEvent} event
 */
function hover(view, row, place, event) {
  const [x, y] = view.clickedAt ?? [NaN, NaN];
  if (event.clientX === x && event.clientY === y) return; // repeated where the page moved below the pointer
  view.clickedAt = null;
  view.point(row);
  if (row !== null) {
    view.placeCard.hide();
    return view.card.show(view, row, event.clientX, event.clientY);
  }
  view.card.hide();
  if (view.mode !== "pan" || matchMedia("(hover: none)").matches) return view.placeCard.hide();
  return view.placeCard.follow(place, event.clientX, event.clientY);
}

/**
 * A frame is opened, an empty place pinned; the second place of a walk ends it.
 * @param {MapView} view
 * @param {number | null} row
 * @param {Place} at
 * @param {MouseEvent} event
 */
function click(view, row, at, event) {
  view.clickedAt = [event.clientX, event.clientY]; // what is opened there is not covered by its card
  view.map.focus({ preventScroll: true });
  if (view.first) return view.choose(row); // places and walks are the first's
  const from = view.selected !== null ? { row: view.selected } : view.pins.open;
  if (event.shiftKey && from) view.walk.begin(from);
  const place = view.pins.at(at) ?? at;
  if (view.walk.waiting) return view.walk.to(row === null ? place : { row });
  return row === null ? view.choosePlace(place) : view.choose(row);
}
