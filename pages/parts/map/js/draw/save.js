// The map as a file: what is in the window and what its colours mean, drawn by Plotly as SVG or PNG.

import { clusterColour, kindsOf, MEASURES } from "../../../../../core/charts/js/colours.js";

/** @typedef {import("../view.js").MapView} MapView */

const SHARPNESS = 2; // pixels of the PNG for each of the window's
const MOST_SHAPES = 20_000; // points that an SVG holds as shapes; of more it holds a picture
const [LINE_PX, LETTER_PX, SIGN_PX] = [22, 7.5, 60]; // of the legend

/**
 * Plotly's bar has these in place of its own, which knows neither legend nor labels.
 * @param {MapView} view
 */
export function saveButtons(view) {
  const { disk, camera } = Plotly.Icons;
  return Object.entries({ svg: disk, png: camera }).map(([format, icon]) => ({
    name: `save-${format}`,
    title: `Save the map as ${format.toUpperCase()}`,
    icon,
    click: () => saveMap(view, format).catch((error) => view.fail(error)),
  }));
}

/** @param {MapView} view @param {string} format */
function saveMap(view, format) {
  const figure = savedFigure(view);
  const { width, height } = figure.layout;
  return Plotly.downloadImage(figure, { format, width, height, filename: `map-${view.data.run.id}`,
    scale: format === "png" ? SHARPNESS : 1 });
}

/**
 * What is shown, as a figure with legend and labels; Plotly reads its texts as text.
 * @param {MapView} view
 */
export function savedFigure(view) {
  const { node } = view.plot;
  const { margin, font, xaxis, yaxis } = node.layout;
  const entries = legendTraces(view);
  const [across, area] = [view.plot.width - margin.r, view.plot.height - margin.t];
  const below = LINE_PX * (1 + Math.ceil(entries.reduce((wide, { name }) =>
    wide + SIGN_PX + LETTER_PX * name.length, 0) / across));
  const { x, y } = view.plot.ranges;
  const type = view.order.length > MOST_SHAPES ? "scattergl" : "scatter";
  return {
    data: [...node.data.map((trace) => ({ ...trace, type, showlegend: false })), ...entries],
    layout: {
      font, paper_bgcolor: view.edge || "#fff", plot_bgcolor: view.edge || "#fff",
      width: across, height: area + below, margin: { l: 0, r: 0, t: 0, b: below },
      xaxis: { ...xaxis, range: [...x], autorange: false }, yaxis: { ...yaxis, range: [...y], autorange: false },
      showlegend: true, legend: { orientation: "h", x: 0, y: 0, yanchor: "top", itemsizing: "constant" },
      annotations: labels(view), images: pictures(view, margin.t / area, margin.r / across),
    },
  };
}

/** A text that Plotly neither formats nor typesets. @param {string} text */
export function plotText(text) {
  /** @type {Record<string, string>} */
  const signs = { "&": "&amp;", "<": "&lt;", ">": "&gt;", $: "&#36;" };
  return text.replace(/[&<>$]/g, (sign) => signs[sign]);
}

/** @param {MapView} view */
function labels(view) {
  return view.labels.shown.map(({ node, row, number }) => ({
    x: view.places.x[row], y: view.places.y[row], yshift: 20, showarrow: false,
    text: plotText(node.textContent ?? ""), font: { size: 12, weight: 650 }, borderwidth: 2, borderpad: 3,
    bordercolor: clusterColour(view.data, number), bgcolor: view.edge || "#fff" }));
}

/** One line of the legend each; of a ramp one whose name says what its ends mean. @param {MapView} view */
function legendTraces(view) {
  /** @param {string} name @param {object} marker */
  const entry = (name, marker) => ({ type: "scatter", mode: "markers", x: [null], y: [null], name: plotText(name),
    marker: { size: 10, ...marker } });
  if (!(view.coloured in MEASURES)) {
    return kindsOf(view).kinds.map(({ label, colour, count }) =>
      entry(`${label}  ${count.toLocaleString("en")}`, { color: colour }));
  }
  const measure = MEASURES[view.coloured](view);
  const said = measure.missing ?? `${measure.from} to ${measure.to}: ${measure.about}`;
  const { colours } = measure;
  return colours.map((color, i) => entry(i === colours.length - 1 ? said : " ", { color }));
}

/**
 * The pictures in place of dots, as they lie over the plot; the bars beside it are theirs too.
 * @param {MapView} view
 * @param {number} bar
 * @param {number} buttons
 */
function pictures(view, bar, buttons) {
  if (!view.tiles.placed.length) return [];
  const source = view.tiles.canvas.toDataURL("image/png");
  return [{ source, xref: "paper", yref: "paper", x: 0, y: 1 + bar, sizex: 1 + buttons, sizey: 1 + bar,
    sizing: "stretch", layer: "above" }];
}
