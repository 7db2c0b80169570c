// Two sets of frames to compare, as they are written down: "cluster:3~chosen"; "chosen" is the selection.

import { clusterTitle } from "../../../../../core/charts/js/colours.js";

/** @typedef {import("../view.js").MapView} MapView */

const REST = "rest";
export const CHOSEN = "chosen";

/** @param {string} first @param {string} second */
export const pairText = (first, second) => `${first}~${second}`;

const SET = "cluster:\\d+|selection:.+|chosen|rest";
const PAIR = new RegExp(`^(${SET})~(${SET})$`);

/**
 * First and second of such a text, null where it is none.
 * @param {string | undefined} text
 * @returns {[string, string] | null}
 */
export function readPair(text) {
  const [, first, second] = PAIR.exec(text ?? "") ?? [];
  return first && second ? [first, second] : null;
}

/**
 * What a set can be compared with.
 * @param {Pick<MapView, "data" | "division" | "selection">} view
 * @param {string} first
 */
export function comparable(view, first) {
  const { division, selection, data } = view;
  const offered = (division?.numbers ?? []).map((number) => ({ value: `cluster:${number}`, label: clusterTitle(view, number) }));
  if (selection.rows.length) offered.unshift({ value: CHOSEN, label: "The selection" });
  for (const name of data.saved) offered.push({ value: `selection:${name}`, label: `“${name}”` });
  return [{ value: REST, label: "All other frames" }, ...offered].filter(({ value }) => value !== first);
}

const LONGEST = 1500; // characters of an address, as pages/parts/shared/choices.py

/**
 * A set as the server reads it: the frames of the selection in place of its name, of a long one its
 * id; null until the server has kept that.
 * @param {{ selection: { text: string }, data: { kept: { id: string, text: string } | null } }} view
 * @param {string} set
 */
export function askedSet({ selection: { text }, data: { kept } }, set) {
  if (set !== CHOSEN) return set;
  if (text.length <= LONGEST) return `frames:${text}`;
  return kept?.text === text ? `frames:~${kept.id}` : null;
}

/**
 * 0.314 as "31 %", 12.34 s as "12.3 s"; a difference has its sign, and of shares it is in points.
 * @param {number} value
 * @param {string} unit
 */
export function said(value, unit, signed = false) {
  const size = Math.abs(value);
  const number = unit === "%" ? String(Math.round(100 * size)) : size.toFixed(1);
  const sign = !signed || Number(number) === 0 ? "" : value > 0 ? "+" : "−";
  return `${sign}${number} ${unit === "%" && signed ? "points" : unit}`;
}

/**
 * Whether an interval says that there is a difference.
 * @param {{ interval: [number, number] | null }} contrast
 */
export const differs = ({ interval }) => interval !== null && (interval[0] > 0 || interval[1] < 0);
