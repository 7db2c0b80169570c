// The clusters' labels over the points: where there is room, more of them as one comes nearer.

import { clusterColour, clusterTitle } from "../../../../../core/charts/js/colours.js";
import { element, words } from "../../../../../core/charts/js/elements.js";
import { withoutOverlap } from "../model/labels.js";
import { partRows } from "../model/parts.js";

const NEAR = 1.8; // times as near as when all is shown, from which on labels say marking words too
const NEARER = 2.5; // from which on the parts of clusters have labels

/**
 * @typedef {import("../view.js").MapView} MapView
 *
 * By its middle, in pixels.
 * @typedef {{ x: number, y: number, width: number, height: number }} Box
 *
 * A label of a cluster that stands at a row; its size, in pixels, is measured once.
 * @typedef {{ node: HTMLElement, number: number, row: number, width: number, height: number }} Label
 */

export class Labels {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
    this.of = ""; // what is labelled
    /** @type {Label[]} */
    this.list = [];
    /** @type {Box[]} */
    this.bars = []; // of the map's own, which are left free
    /** @type {Box[]} */
    this.taken = []; // the bars, and the labels that are shown
  }

  /** Another window: sizes are measured anew. */
  forget() {
    this.of = "";
  }

  /** The labels that there is room for. */
  get shown() {
    return this.list.filter(({ node }) => !node.hidden);
  }

  /**
   * Each cluster's number and name above the middle of its points, where there is room; nearer, what
   * marks it, then its parts. The largest clusters, whose numbers are the lowest, have room first.
   * Nothing is measured while the map moves, as the page would be laid out anew for it.
   * @param {MapView} view
   */
  draw(view) {
    this.make(view);
    const wanted = this.list.filter(({ number }) => view.focus === null || view.focus === number);
    const boxes = wanted.map(({ row, width, height }) => {
      const [x, y] = view.pixel(row);
      return { x, y: y - 20, width, height };
    });
    const free = withoutOverlap([...this.bars, ...boxes]).slice(this.bars.length);
    const shown = new Set(wanted.filter((_, i) => free[i]));
    for (const one of this.list) if (one.node.hidden === shown.has(one)) one.node.hidden = !shown.has(one);
    wanted.forEach(({ node }, i) => {
      node.style.transform = `translate(${boxes[i].x}px, ${boxes[i].y}px) translate(-50%, -50%)`;
    });
    this.taken = [...this.bars, ...boxes.filter((_, i) => free[i])];
  }

  /** The labels of what is in sight now, unless they are there. @param {MapView} view */
  make(view) {
    const { division, data, clusters: { facts }, plot: { nearness } } = view;
    const wanted = division && view.coloured === "cluster" ? division.numbers : [];
    const said = nearness >= NEAR ? facts.marking : new Map();
    const { division: whole } = view.first ?? view;
    const parts = whole && wanted.length && nearness >= NEARER ? view.parts.of(data.divided ?? data.run, whole) : null;
    const of = JSON.stringify([data.projection, division?.id, wanted, data.names, data.chosen, [...said], data.only,
      data.sieve, data.title, Boolean(parts)]);
    if (this.of === of) return;
    this.of = of;
    const made = wanted.flatMap((number) => label(view, number, said.get(number)));
    if (parts) made.push(...wanted.flatMap((number) => partLabels(view, number, parts)));
    this.node.replaceChildren(...made.map(({ node }) => node));
    this.list = made.map((one) => ({ ...one, width: one.node.offsetWidth, height: one.node.offsetHeight }));
    const bars = /** @type {NodeListOf<HTMLElement>} */ (view.map.querySelectorAll(".vab-tools, .vab-map-title"));
    this.bars = [...bars].filter((one) => one.offsetWidth).map((one) => ({
      x: one.offsetLeft + one.offsetWidth / 2, y: one.offsetTop + one.offsetHeight / 2,
      width: one.offsetWidth, height: one.offsetHeight }));
  }
}

/** @param {MapView} view @param {number} number @param {string[]} marking words */
function label(view, number, marking = []) {
  const { data, division } = view;
  const made = words("vab-map-label", data.names[number] ? clusterTitle(view, number) : String(number));
  if (marking.length) made.append(element("small", "", marking.join(", ")));
  return over(view, made, number, (division?.members[number] ?? []).filter((row) => view.shows(row)));
}

/**
 * "3b omicron, vaccine": a part of a cluster, and what marks it among the parts.
 * @param {MapView} view
 * @param {number} number
 * @param {import("../model/parts.js").Found} parts
 */
function partLabels(view, number, parts) {
  const rows = partRows(parts, number, view.division?.members[number] ?? [], view.same, (row) => view.shows(row));
  return rows.flatMap((own, part) => {
    const sign = `${number}${String.fromCharCode(97 + part)}`;
    const made = words("vab-map-label vab-part-label", [sign, parts.words[number][part].join(", ")].join(" ").trim());
    return over(view, made, number, own);
  });
}

/**
 * A label at the middle of its rows; none where there are none.
 * @param {MapView} view
 * @param {HTMLElement} node
 * @param {number} number
 * @param {number[]} rows
 */
function over({ data, places }, node, number, rows) {
  const row = middleRow(places, rows);
  node.style.setProperty("--vab-colour", clusterColour(data, number));
  node.dataset.number = String(number);
  return row === null ? [] : [{ node, number, row }];
}

/**
 * The member nearest to the median place: a label there stands on its own cluster.
 * @param {import("../../../browser/data.js").Places} places
 * @param {number[]} members
 */
function middleRow(places, members) {
  if (!members.length) return null;
  /** @param {Float32Array} axis */
  const median = (axis) => Float32Array.from(members, (row) => axis[row]).sort()[members.length >> 1];
  const [x, y] = [median(places.x), median(places.y)];
  /** @param {number} row */
  const far = (row) => (places.x[row] - x) ** 2 + (places.y[row] - y) ** 2;
  return members.reduce((best, row) => (far(row) < far(best) ? row : best));
}
