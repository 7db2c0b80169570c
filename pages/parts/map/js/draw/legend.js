// The legend below the map: what its colours mean.

import { button, element, swatch, words } from "../../../../../core/charts/js/elements.js";
import { kindsOf, MEASURES } from "../../../../../core/charts/js/colours.js";

export function legend(view) {
  const strip = element("div", "vab-legend", undefined, { role: "group", "aria-label": "Colours" });
  if (view.coloured in MEASURES) return ramp(MEASURES[view.coloured](view), strip);
  for (const kind of kindsOf(view).kinds) {
    const chip = element(kind.number ? "button" : "span", "vab-chip");
    chip.append(swatch(kind.colour), words("", kind.label));
    chip.append(element("span", "vab-faint", kind.count.toLocaleString("en")));
    if (kind.number) {
      chip.type = "button";
      chip.setAttribute("aria-pressed", String(view.focus === kind.number));
      chip.title = "Show only this cluster";
      chip.addEventListener("click", () => view.chooseCluster(kind.number));
    }
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
 */
function ramp({ colours, from, to, about, missing }, strip) {
  if (missing) {
    strip.append(element("span", "vab-faint", missing));
    return strip;
  }
  const bar = element("span", "vab-ramp", undefined, { "aria-hidden": "true" });
  bar.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
  strip.append(element("span", "", from), bar, element("span", "", to), element("span", "vab-faint", about));
  return strip;
}
