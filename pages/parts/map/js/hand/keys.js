// The map by keyboard: arrows walk to the nearest point, and each thing a hand can do has a key.

import { clock } from "../../../../../core/format.js";
import { clusterTitle } from "../../../../../core/charts/js/colours.js";
import { nearestAhead, nearestTo } from "../model/ahead.js";

/** @typedef {import("../view.js").MapView} MapView */

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {MapView} view @param {KeyboardEvent} event */
export function onKey(view, event) {
  if (!view.plot.drawn || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/** @type {Element} */ (event.target).closest("button, input, select")) return;
  if (event.key in WAYS) step(view, WAYS[event.key]);
  else if (!act(view, event.key)) return;
  event.preventDefault();
}

/**
 * Do what a key stands for; false where it stands for nothing now.
 * @param {MapView} view
 * @param {string} key
 */
function act(view, key) {
  const here = view.first ? null : view.selected !== null ? { row: view.selected } : view.pins.open;
  if (key === "Enter" && view.pointed !== null) {
    const row = view.pointed;
    view.hideCards();
    if (view.walk.waiting) view.walk.to({ row });
    else view.choose(row);
  } else if (key === "Escape") {
    escape(view);
  } else if ((key === "k" || key === "K") && view.pins.open) {
    view.pins.keep(view.pins.open);
  } else if ((key === "w" || key === "W") && here) {
    view.walk.begin(here);
  } else if (key === "+" || key === "=") {
    view.zoom("in");
  } else if (key === "-") {
    view.zoom("out");
  } else if (key === "0") {
    view.zoom("fit");
  } else {
    return false;
  }
  return true;
}

/**
 * Take away what is nearest at hand: the card, the walk, what is open, the selection, the focus.
 * @param {MapView} view
 */
function escape(view) {
  if (!view.card.node.hidden || !view.placeCard.node.hidden) view.unpoint();
  else if (!view.walk.node.hidden) view.walk.close();
  else if (view.selected !== null || view.pins.open) view.choose(null);
  else if (view.difference.open) view.compare();
  else if (view.selection.rows.length) view.select([]);
  else view.chooseCluster(null);
}

/** @param {MapView} view @param {[number, number]} way */
function step(view, way) {
  const from = view.pointed ?? view.selected;
  const pixel = (/** @type {number} */ one) => view.pixel(one);
  const row = from === null ? nearestTo(view.order, pixel, [view.plot.width / 2, view.plot.height / 2])
    : nearestAhead(view.order, pixel, from, way);
  if (row === null) return;
  view.placeCard.hide();
  view.plot.reveal(row);
  view.point(row);
  view.mark();
  const { left, top } = view.map.getBoundingClientRect();
  const [x, y] = view.pixel(row);
  view.card.show(view, row, left + x, top + y);
  view.live.textContent = spoken(view, row);
}

/** What a screen reader says of a row. @param {MapView} view @param {number} row */
function spoken(view, row) {
  const { division } = view;
  const said = [`${view.videoOf(row).title}, ${clock(view.rows.time[row])}`, view.videoOf(row).group];
  if (division?.labels[row]) said.push(clusterTitle(view, division.labels[row]));
  const caption = view.captions?.caption(row);
  said.push(caption ? `caption: ${caption}` : "no caption");
  return said.join(", ");
}
