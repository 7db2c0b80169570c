// The form in which one segment is corrected: its words and its times.

import { button, element } from "../../../../core/charts/js/elements.js";
import { ofText } from "./keys.js";

/**
 * What is in the form; times in seconds, `at` the place of the cursor in letters as Python counts them.
 * @typedef {{ text: string, start_s: number, end_s: number, at: number }} Fields
 *
 * Calls act("save" | "split" | "leave" | "play", fields).
 * @param {import("./editor.js").Segment} segment
 * @param {(action: string, fields: Fields) => void} act
 */
export function form(segment, act) {
  const made = element("form", "vab-segment-form", undefined,
    { "aria-label": `Correct segment ${segment.position + 1}` });
  const area = element("textarea", "", undefined,
    { "aria-label": "Words", rows: "3", dir: "auto", maxlength: "20000" });
  area.value = segment.text;
  const [start, end] = [time("Starts at (s)", segment.start), time("Ends at (s)", segment.end)];
  const fields = () => ({
    text: area.value,
    start_s: Number(start.box.value),
    end_s: Number(end.box.value),
    at: [...area.value.slice(0, area.selectionStart)].length,
  });
  /** @param {string} action */
  const tell = (action) => act(action, fields());
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    tell("save");
  });
  made.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the list's keys are letters here
    const action = ofText(event);
    if (!action || (event.target !== area && !["save", "leave"].includes(action))) return;
    if (event.target instanceof HTMLButtonElement && action === "save") return; // it is pressed
    event.preventDefault();
    tell(action);
  });
  const save = element("button", "vab-first", "Save", { type: "submit", title: "Enter" });
  const line = element("div", "vab-segment-actions");
  line.append(start.label, end.label, save,
    button("", "Split at the cursor", "Split at the cursor (Ctrl+Enter)", () => tell("split")),
    button("", "Cancel", "Cancel (Escape)", () => tell("leave")));
  made.append(area, line);
  return { node: made, focus: () => area.focus() };
}

/** @param {string} title @param {number} value */
function time(title, value) {
  const label = element("label", "", `${title} `);
  const box = element("input", "", undefined, { type: "number", step: "0.01", min: "0" });
  box.value = String(Math.round(value * 1000) / 1000);
  label.append(box);
  return { label, box };
}
