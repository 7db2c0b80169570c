// The legend below the map: what its colours mean.

import { button, element, swatch, words } from "../../../../../core/charts/js/elements.js";
import { kindsOf, MEASURES } from "../../../../../core/charts/js/colours.js";

/** @typedef {import("../view.js").MapView} MapView */

/** @param {MapView} view */
export function legend(view) {
  const strip = element("div", "vab-legend", undefined, { role: "group", "aria-label": "Colours" });
  if (view.coloured in MEASURES) return ramp(MEASURES[view.coloured](view), strip);
  for (const { label, colour, count, number } of kindsOf(view).kinds) {
    const pressed = { type: "button", title: "Show only this cluster", "aria-pressed": String(view.focus === number) };
    const chip = number ? element("button", "vab-chip", undefined, pressed) : element("span", "vab-chip");
    chip.append(swatch(colour), words("", label), element("span", "vab-faint", count.toLocaleString("en")));
    if (number) chip.addEventListener("click", () => view.chooseCluster(number));
    strip.append(chip);
  }
  if (view.focus) {
    strip.append(button("vab-link", "Show all", "Show all clusters", () => view.chooseCluster(null)));
  }
  return strip;
}

/**
 * The ramp with what its ends mean, or why there is none.
 * @param {import("../../../../../core/charts/js/colours.js").Measure} measure
 * @param {HTMLElement} strip
 */
function ramp(measure, strip) {
  if (measure.missing !== undefined) {
    strip.append(element("span", "vab-faint", measure.missing));
    return strip;
  }
  const { colours, from, to, about } = measure;
  const bar = element("span", "vab-ramp", undefined, { "aria-hidden": "true" });
  bar.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
  strip.append(element("span", "", from), bar, element("span", "", to), element("span", "vab-faint", about));
  return strip;
}
