// The map as a file: what is in the window and what its colours mean, as SVG or as PNG drawn from it.

import { clock } from "../../../../../core/format.js";
import { element } from "../../../browser/elements.js";
import { kindsOf } from "../model/colours.js";
import { shape } from "./marks.js";

const SHARPNESS = 2; // pixels of the PNG for each of the window's
const LINE_PX = 22; // of the legend

/** Give the map to the browser as a download; `kind` is "svg" or "png". */
export async function saveMap(view, kind) {
  const drawing = mapDrawing(view);
  const text = new XMLSerializer().serializeToString(drawing);
  const vector = new Blob([text], { type: "image/svg+xml" });
  const file = kind === "svg" ? vector : await rastered(vector, drawing);
  const link = element("a", "", undefined, { download: `map-${view.data.run.id}.${kind}` });
  link.href = URL.createObjectURL(file);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The map as it is shown, with its legend below; every text is set as text. */
function mapDrawing(view) {
  const { width, height } = view.viewport;
  const { color, fontFamily } = getComputedStyle(view.root);
  const paper = view.edge || "#fff";
  const below = legendShapes(view, width, height + LINE_PX);
  const whole = height + below.height + LINE_PX;
  const drawing = shape("svg", "", { width, height: whole, viewBox: `0 0 ${width} ${whole}`,
    "font-family": fontFamily, "font-size": 12, fill: color });
  drawing.append(shape("rect", "", { width, height: whole, fill: paper }), pointShapes(view, paper));
  if (view.tiles.kind) {
    const href = view.root.querySelector(".vab-tiles").toDataURL("image/png");
    drawing.append(shape("image", "", { href, width, height }));
  }
  drawing.append(...labelShapes(view, paper), ...below.shapes);
  return drawing;
}

function pointShapes(view, paper) {
  const { width, height } = view.viewport;
  const { size, rim } = view.dots;
  const all = shape("g", "", rim ? { stroke: paper, "stroke-width": rim } : {});
  for (const row of view.order) {
    const [x, y] = view.pixel(row);
    if (x < -size || y < -size || x > width + size || y > height + size) continue;
    const hex = (view.inks[row] & 0xffffff).toString(16).padStart(6, "0"); // blue, green, red
    all.append(shape("circle", "", { cx: x.toFixed(1), cy: y.toFixed(1), r: size / 2,
      fill: `#${hex.slice(4)}${hex.slice(2, 4)}${hex.slice(0, 2)}` }));
  }
  return all;
}

function labelShapes(view, paper) {
  return [...view.labels.children].filter((label) => !label.hidden).flatMap((label) => {
    const [x, y] = view.pixel(Number(label.dataset.row));
    const [wide, high] = [label.offsetWidth, label.offsetHeight];
    const edge = label.style.getPropertyValue("--vab-colour");
    return [
      shape("rect", "", { x: x - wide / 2, y: y - 20 - high / 2, width: wide, height: high,
        rx: high / 2, fill: paper, "fill-opacity": 0.88, stroke: edge, "stroke-width": 2 }),
      textShape(label.textContent, x, y - 16, { "text-anchor": "middle", "font-weight": 650 }),
    ];
  });
}

/** The legend from `top` on, in as many lines as it takes. */
function legendShapes(view, width, top) {
  if (view.coloured === "time" || view.coloured === "certainty") return rampShapes(view, top);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `12px ${getComputedStyle(view.root).fontFamily}`;
  const shapes = [];
  let [x, y] = [12, top];
  for (const { label, colour, count } of kindsOf(view).kinds) {
    const said = `${label}  ${count.toLocaleString("en")}`;
    const wide = pen.measureText(said).width + 34;
    if (x > 12 && x + wide > width) [x, y] = [12, y + LINE_PX];
    shapes.push(shape("circle", "", { cx: x + 5, cy: y - 4, r: 5, fill: colour }), textShape(said, x + 15, y));
    x += wide;
  }
  return { shapes, height: y - top + LINE_PX };
}

function rampShapes(view, top) {
  const ramp = view.data.palette[view.coloured];
  const fade = shape("linearGradient", "", { id: "ramp" });
  fade.append(...ramp.map((colour, i) =>
    shape("stop", "", { offset: i / (ramp.length - 1), "stop-color": colour })));
  const [from, to] = view.coloured === "time"
    ? ["0:00", `${clock(view.rows.last)}, time in its own video`]
    : ["half, or less", "all of a frame belongs to its own cluster"];
  return { height: LINE_PX, shapes: [fade, textShape(from, 12, top),
    shape("rect", "", { x: 100, y: top - 10, width: 220, height: 10, rx: 5, fill: "url(#ramp)" }),
    textShape(to, 330, top)] };
}

function textShape(text, x, y, attributes = {}) {
  const made = shape("text", "", { x, y, ...attributes });
  made.textContent = text;
  return made;
}

async function rastered(vector, drawing) {
  const address = URL.createObjectURL(vector);
  const [image, canvas] = [new Image(), document.createElement("canvas")];
  image.src = address;
  await image.decode();
  URL.revokeObjectURL(address);
  canvas.width = SHARPNESS * drawing.getAttribute("width");
  canvas.height = SHARPNESS * drawing.getAttribute("height");
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}
