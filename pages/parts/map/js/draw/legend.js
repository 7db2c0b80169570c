// The legend below the map: what its colours mean.

import { clock } from "../../../../../core/format.js";
import { button, element, swatch, words } from "../../../../../core/charts/js/elements.js";
import { kindsOf } from "../../../../../core/charts/js/colours.js";

export function legend(view) {
  const strip = element("div", "vab-legend", undefined, { role: "group", "aria-label": "Colours" });
  if (view.coloured === "time") return timeLegend(view, strip);
  if (view.coloured === "certainty") return certaintyLegend(view, strip);
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

function timeLegend(view, strip) {
  const bar = element("span", "vab-ramp", undefined, { "aria-hidden": "true" });
  bar.style.background = `linear-gradient(to right, ${view.data.palette.time.join(", ")})`;
  strip.append(element("span", "", "0:00"), bar);
  strip.append(element("span", "", clock(view.rows.last)));
  strip.append(element("span", "vab-faint", "time in its own video"));
  return strip;
}

/** Of a mixture the share of the frame's own cluster, of HDBSCAN its strength there. */
function certaintyLegend(view, strip) {
  if (!view.division?.probability) {
    strip.append(element("span", "vab-faint", "K-means says nothing of how sure it is: choose "
      + "Gaussian mixture or HDBSCAN."));
    return strip;
  }
  const bar = element("span", "vab-ramp", undefined, { "aria-hidden": "true" });
  bar.style.background = `linear-gradient(to right, ${view.data.palette.certainty.join(", ")})`;
  strip.append(element("span", "", "half, or less"), bar, element("span", "", "all"));
  strip.append(element("span", "vab-faint", "of each frame belongs to its own cluster"));
  return strip;
}
