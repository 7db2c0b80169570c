// The report's map: the figure of every page, the card beside the pointer, the legend.

import { unpack, unpackPlotly } from "../../charts/js/base64.js";
import { pointClasses } from "../../charts/js/classes.js";
import { ramped } from "../../charts/js/colours.js";
import { button, element, pen, swatch, within, words } from "../../charts/js/elements.js";
import { FramePlot } from "../../charts/js/frame_plot.js";
import { clock } from "../../format.js";

/**
 * What map_data.py packs: a title and a colour of each cluster and group, addresses of the pages of
 * small pictures, `across` of them in a row.
 * @typedef {{ title: string, colour: string }} Named
 * @type {{ figure: import("../../charts/js/frame_plot.js").Figure, time_colours: string[], cluster: string,
 *   group: string, video: string, time: string, caption: string, texts: string[], decoded: string[] | null,
 *   clusters: Record<string, Named>, groups: Named[], videos: { title: string, length: number }[],
 *   tile: { width: number, height: number, across: number }, originals: string[], reconstructions: string[] }}
 */
const data = JSON.parse(within(document, "#map-data").textContent ?? "");
const [plotNode, card, legend] = ["#plot", "#hover", "#legend"].map((id) => within(document, id));
const GREY = "#9AA0A6";
const RING = 9; // pixels around the frame that is shown
const TILES = data.tile.across ** 2;
const rows = {
  cluster: unpack(data.cluster, Uint16Array), group: unpack(data.group, Uint16Array),
  video: unpack(data.video, Uint16Array), time: unpack(data.time, Float32Array),
  caption: unpack(data.caption, Int32Array),
};
const [{ x, y }] = data.figure.data;
const places = { x: unpackPlotly(x), y: unpackPlotly(y) };
const count = places.x.length;
const last = rows.time.reduce((a, b) => Math.max(a, b), 1);
const order = Int32Array.from({ length: count }, (_, row) => row);
/** @type {Map<string, Promise<HTMLImageElement>>} */
const pages = new Map();
/** @type {"cluster" | "group" | "time"} */
let colour = "cluster";
/** @type {number | null} */
let focus = null; // the only kind in colour
/** @type {number | null} */
let pointed = null; // a row
/** @type {number | null} */
let held = null; // a row
const shapes = true; // the page's policy lets no code be made, which WebGL's drawing wants
const plot = new FramePlot(plotNode, { over, clicked, left, moved() {}, settled() {}, outlined() {} }, () => [], shapes);

/** @param {number} number @returns {Named} */
const clusterOf = (number) => data.clusters[number] ?? { title: "no cluster", colour: GREY };

/** Which kind of the present colouring each row is of; time has none. */
const kindOfRows = () => (colour === "cluster" ? rows.cluster : rows.group);

/** The kinds of the present colouring that have frames. */
function kinds() {
  const of = kindOfRows();
  const listed = colour === "cluster"
    ? [...new Set(of)].sort((a, b) => a - b).map((key) => ({ key, ...clusterOf(key) }))
    : data.groups.map((group, key) => ({ key, ...group }));
  return listed.map((kind) => ({ ...kind, count: of.filter((key) => key === kind.key).length }))
    .filter((kind) => kind.count);
}

function colours() {
  const early = ramped(data.time_colours);
  if (colour === "time") return Array.from(rows.time, (time) => early(time / last));
  const of = new Map(kinds().map((kind) => [kind.key, kind.colour]));
  return Array.from(kindOfRows(), (key) => of.get(key) ?? GREY);
}

/** @param {string} name */
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function labels() {
  if (colour !== "cluster") return [];
  /** @param {number[]} list */
  const middle = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
  return kinds().filter((kind) => kind.key > 0).map((kind) => {
    const own = [...order].filter((row) => rows.cluster[row] === kind.key);
    return { x: middle(own.map((row) => places.x[row])), y: middle(own.map((row) => places.y[row])),
      text: String(kind.key), showarrow: false, yshift: 14, bordercolor: kind.colour, borderwidth: 2,
      borderpad: 3, bgcolor: style("--back"), opacity: focus === null || focus === kind.key ? 0.92 : 0.3,
      font: { size: 12, color: style("--text"), weight: 700 } };
  });
}

/** A ring around the frame that is shown. */
function ring() {
  const row = held ?? pointed;
  if (row === null) return [];
  const around = { xanchor: places.x[row], yanchor: places.y[row], x0: -RING, x1: RING, y0: -RING, y1: RING };
  return [{ type: "circle", xsizemode: "pixel", ysizemode: "pixel", ...around,
    line: { color: style("--text"), width: 2.5 } }];
}

function draw() {
  const of = kindOfRows();
  const faint = Uint8Array.from(order, (row) => Number(focus !== null && of[row] !== focus));
  plot.dress({ annotations: labels(), shapes: ring(), font: { color: style("--text") } });
  const { size, line } = data.figure.data[0].marker;
  return plot.draw(pointClasses(order, colours(), faint, GREY), { size, rim: { ...line, color: style("--back") } });
}

/**
 * One tile of an atlas on a canvas, as soon as its page is decoded.
 * @param {string[]} sources
 * @param {number} row
 */
function tile(sources, row) {
  const { width, height, across } = data.tile;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const source = sources[Math.floor(row / TILES)];
  if (!source) return canvas;
  const page = pages.get(source) ?? decoded(source);
  pages.set(source, page);
  const place = row % TILES;
  page.then((image) => pen(canvas).drawImage(image,
    (place % across) * width, Math.floor(place / across) * height, width, height, 0, 0, width, height));
  return canvas;
}

/** @param {string} source */
async function decoded(source) {
  const image = Object.assign(new Image(), { src: source });
  await image.decode();
  return image;
}

/** @param {HTMLCanvasElement} canvas @param {string} label */
function labelled(canvas, label) {
  const figure = element("figure");
  figure.append(canvas, element("figcaption", "", label));
  return figure;
}

/** @param {number} row */
function fill(row) {
  const video = data.videos[rows.video[row]];
  const pair = element("div", "pair");
  pair.append(labelled(tile(data.originals, row), "frame"),
    labelled(tile(data.reconstructions, row), "decoded"));
  const where = element("div", "where");
  where.append(words("ellipsis", video.title), element("span", "", clock(rows.time[row])));
  /** @type {HTMLElement[]} */
  const parts = [pair, where];
  const caption = data.texts[rows.caption[row]];
  if (caption) parts.push(words("said", caption));
  const spoken = data.decoded?.[row];
  if (spoken) {
    const said = element("div");
    said.append(element("h4", "", "words decoded from the latent"), words("said", spoken));
    parts.push(said);
  }
  const marks = element("div", "kinds");
  for (const kind of [clusterOf(rows.cluster[row]), data.groups[rows.group[row]]]) {
    const mark = element("span");
    mark.append(swatch(kind.colour), words("ellipsis", kind.title));
    marks.append(mark);
  }
  card.replaceChildren(...parts, marks);
}

/** @param {number} row @param {number} left_ @param {number} top */
function show(row, left_, top) {
  fill(row);
  card.hidden = false;
  if (getComputedStyle(card).position !== "fixed") return;
  const { offsetWidth: width, offsetHeight: height } = card;
  const beside = left_ + 18 + width > innerWidth - 8 ? left_ - 18 - width : left_ + 18;
  card.style.left = `${Math.max(8, beside)}px`;
  card.style.top = `${Math.min(Math.max(8, top - height / 2), innerHeight - height - 8)}px`;
}

function close() {
  [pointed, held] = [null, null];
  card.hidden = true;
  draw();
}

/** @param {number | null} row @param {number} _x @param {number} _y @param {MouseEvent} event */
function over(row, _x, _y, event) {
  if (held !== null || row === null) return;
  pointed = row;
  show(row, event.clientX, event.clientY);
}

function left() {
  if (held !== null) return;
  pointed = null;
  card.hidden = true;
}

/** @param {number | null} row @param {number} _x @param {number} _y @param {MouseEvent} event */
function clicked(row, _x, _y, event) {
  if (row === null || row === held) return close();
  held = row;
  show(row, event.clientX, event.clientY);
  return draw();
}

function drawLegend() {
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-colour]"))) {
    one.setAttribute("aria-pressed", String(one.dataset.colour === colour));
  }
  if (colour === "time") {
    const bar = element("span", "ramp");
    bar.style.background = `linear-gradient(to right, ${data.time_colours})`;
    legend.replaceChildren(element("span", "plain", "0:00"), bar, element("span", "plain", clock(last)),
      element("span", "plain", "time in its own video"));
    return;
  }
  legend.replaceChildren(...kinds().map((kind) => {
    const made = button("", "", kind.title, () => choose(focus === kind.key ? null : kind.key));
    made.removeAttribute("aria-label"); // what is in it is read
    made.append(swatch(kind.colour), words("ellipsis", kind.title),
      element("span", "count", kind.count.toLocaleString("en")));
    made.setAttribute("aria-pressed", String(focus === kind.key));
    return made;
  }));
}

/** @param {number | null} key */
function choose(key) {
  focus = key;
  draw();
  drawLegend();
}

/** @param {typeof colour} name */
function recolour(name) {
  [colour, focus] = [name, null];
  draw();
  drawLegend();
}

/** @param {number} step */
function walk(step) {
  const from = held ?? pointed ?? -1;
  const row = from < 0 ? 0 : Math.min(Math.max(from + step, 0), count - 1);
  held = row;
  draw();
  const box = plotNode.getBoundingClientRect();
  const [across, down] = plot.pixel(places.x[row], places.y[row]);
  show(row, box.left + across, box.top + down);
}

plotNode.addEventListener("keydown", (event) => {
  const step = Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft");
  if (event.key === "Escape") close();
  if (!step) return;
  event.preventDefault();
  walk(step);
});
document.addEventListener("click", (event) => {
  const pressed = /** @type {Element} */ (event.target).closest("button");
  if (pressed?.dataset.colour) recolour(/** @type {typeof colour} */ (pressed.dataset.colour));
  if (pressed?.dataset.cluster) {
    colour = "cluster";
    choose(Number(pressed.dataset.cluster));
    within(document, "#map").scrollIntoView();
  }
  if (pressed?.dataset.do === "fit") plot.fit();
  if (pressed?.dataset.do === "save") {
    const { layout, data: traces } = plot.node;
    const yaxis = { ...layout.yaxis, scaleanchor: "x" }; // the file has another shape
    Plotly.downloadImage({ data: traces, layout: { ...layout, yaxis } },
      { format: "svg", filename: "map", width: 1200, height: 900 });
  }
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw());
new ResizeObserver(() => plot.resize()).observe(plotNode);
plot.open("report", data.figure, places, {});
draw().then(() => {
  plotNode.dataset.ready = "true";
});
drawLegend();
