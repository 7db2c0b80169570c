// Two sets of frames to compare, as they are written down: "cluster:3~chosen"; "chosen" is the selection.

import { clusterTitle } from "../../../../../core/charts/js/colours.js";

const REST = "rest";
export const CHOSEN = "chosen";

export const pairText = (first, second) => `${first}~${second}`;

const SET = "cluster:\\d+|selection:.+|chosen|rest";
const PAIR = new RegExp(`^(${SET})~(${SET})$`);

/** [first, second] of such a text, null where it is none. */
export const readPair = (text) => PAIR.exec(text ?? "")?.slice(1) ?? null;

/** What a set can be compared with: [{ value, label }]. */
export function comparable(view, first) {
  const { division, selection, data } = view;
  const offered = division.numbers.map((number) => ({ value: `cluster:${number}`, label: clusterTitle(view, number) }));
  if (selection.rows.length) offered.unshift({ value: CHOSEN, label: "The selection" });
  for (const name of data.saved ?? []) offered.push({ value: `selection:${name}`, label: `“${name}”` });
  return [{ value: REST, label: "All other frames" }, ...offered].filter(({ value }) => value !== first);
}

/** A set as the server reads it: the frames of the selection in place of its name. */
export const asked = (view, set) => (set === CHOSEN ? `frames:${view.selection.text}` : set);

/** 0.314 as "31 %", 12.34 s as "12.3 s"; a difference has its sign, and of shares it is in points. */
export function said(value, unit, signed = false) {
  const sign = signed && value > 0 ? "+" : signed && value < 0 ? "−" : "";
  const size = Math.abs(value);
  if (unit === "%") return `${sign}${Math.round(100 * size)} ${signed ? "points" : "%"}`;
  return `${sign}${size.toFixed(1)} ${unit}`;
}

/** Whether an interval says that there is a difference. */
export const differs = ({ interval }) => Boolean(interval) && (interval[0] > 0 || interval[1] < 0);
