// The map of frames as Plotly draws it: its points, the part that is in sight, and what a hand does.

import { withoutAntialias } from "./antialias.js";
import { MARK, spareSearch } from "./array_attributes.js";
import { equalScale, extent, whole } from "./equal_scale.js";

/**
 * Of the points, in pixels.
 * @typedef {{ size: number, rim: { color: string, width: number } }} Look
 *
 * That of frame_map.py: one trace, which says how points look, and the layout.
 * @typedef {{ data: [{ type: string, mode: string, hoverinfo: string, x: import("./base64.js").PlotlyArray,
 *   y: import("./base64.js").PlotlyArray, marker: { size: number, line: { width: number } } }],
 *   layout: PlotlyLayout }} Figure
 */

/** @type {Map<string, import("./equal_scale.js").Ranges>} */
const kept = new Map(); // where each map was left, so that it outlives the element it was drawn in
const none = { x: new Float32Array(), y: new Float32Array() };
const FAINT = 0.35;
const BUTTONS_PX = 36; // right of the points
const NAMES = { // of Plotly's buttons
  "Box Select": "Box: shift adds, alt takes away", "Pan": "Move",
  "Lasso Select": "Lasso: shift adds, alt takes away", "Zoom": "Magnify a rectangle", "Zoom in": "Zoom in (+)",
  "Zoom out": "Zoom out (-)",
};

/**
 * Where rows lie: x and y of each.
 * @typedef {{ x: Float32Array, y: Float32Array }} Places
 *
 * What is heard of: `moved` while the map moves under the hand, `settled` when it has moved, `over`
 * and `clicked` with a row (null where none is) and a place, `left`, and `outlined` with the corners
 * of a box or a lasso, in the map's units.
 * @typedef {{ moved: () => void, settled: () => void, left: () => void,
 *   over: (row: number | null, x: number, y: number, event: MouseEvent) => void,
 *   clicked: (row: number | null, x: number, y: number, event: MouseEvent) => void,
 *   outlined: (corners: number[][]) => void }} Heard
 */
export class FramePlot {
  /**
   * @param {HTMLElement} node
   * @param {Heard} heard
   * @param {() => PlotlyButton[]} buttons gives ours, beside Plotly's; it is called when Plotly is there
   * @param {boolean} shapes whether points are SVG shapes, as they are where there is no WebGL
   */
  constructor(node, heard, buttons = () => [], shapes = false) {
    this.shapes = shapes;
    this.node = /** @type {PlotlyNode} */ (node); // Plotly keeps what it knows in it
    this.heard = heard;
    this.buttons = buttons;
    /** @type {import("./classes.js").PointClass[]} */
    this.classes = [];
    this.places = none;
    /** @type {Figure | null} */
    this.figure = null;
    this.name = "";
    this.drawings = 0;
    /** @type {PlotlyLayout | null} */
    this.layout = null; // of a map that is not drawn yet
    /** @type {number | null} */
    this.wanted = null; // the row to bring into sight then
    this.resizing = false;
  }

  get drawn() {
    return Boolean(this.node._fullLayout?.xaxis);
  }

  /**
   * Begin with another map: where it was left, or all of it. `figure` is that of frame_map.py.
   * @param {string} name
   * @param {Figure} figure
   * @param {Places} places
   * @param {object} ground
   */
  open(name, figure, places, ground) {
    const { dragmode = "pan" } = this.node.layout ?? {};
    Object.assign(this, { name, places, figure });
    const asked = { dragmode, uirevision: name, hoveranywhere: true, clickanywhere: true };
    const layout = { ...structuredClone(figure.layout), ...asked, ...ground };
    this.layout = layout;
    layout.margin.r = BUTTONS_PX;
    layout.yaxis.scaleanchor = anchor(dragmode);
    const { x, y } = this.fitted();
    Object.assign(layout.xaxis, { range: x, autorange: false });
    Object.assign(layout.yaxis, { range: y, autorange: false });
  }

  /**
   * The part in sight at an equal scale: where the map was left, or all of it.
   * @param {import("./equal_scale.js").Ranges | null} [ranges]
   */
  fitted(ranges = kept.get(this.name)) {
    const { margin } = this.layout ?? this.node.layout;
    const across = Math.max(1, this.width - margin.l - margin.r);
    const up = Math.max(1, this.height - margin.t - margin.b);
    return ranges ? equalScale(ranges, across, up) : whole(this.places, across, up);
  }

  /**
   * Draw these classes.
   * @param {import("./classes.js").PointClass[]} classes
   * @param {Look} look
   * @returns {Promise<void>}
   */
  draw(classes, look) {
    this.classes = classes;
    const first = !this.drawn;
    spareSearch(Plotly.PlotSchema);
    const traces = classes.map((one) => this.trace(one, look));
    const layout = this.layout ?? this.node.layout;
    layout.selections = [];
    layout.selectionrevision = this.drawings += 1; // Plotly keeps what it had greyed otherwise
    this.layout = null;
    const done = withoutAntialias(() =>
      Plotly.react(this.node, traces, layout, first ? this.config() : undefined));
    if (this.node.querySelector(".no-webgl")) { // Plotly says so; to ask the browser before takes as long as to draw
      Plotly.purge(this.node);
      Object.assign(this, { shapes: true, layout });
      return this.draw(classes, look);
    }
    if (first) this.listen();
    if (this.wanted !== null) this.reveal(this.wanted);
    return done;
  }

  /** The points as the figure has them. */
  get points() {
    if (!this.figure) throw new Error("A map is opened before it is drawn.");
    return this.figure.data[0];
  }

  /** Another light: what of the layout follows it, at the next drawing. @param {object} ground */
  dress(ground) {
    Object.assign(this.layout ?? this.node.layout, ground);
  }

  /** @param {import("./classes.js").PointClass} one @param {Look} look */
  trace({ rows, colour, faint }, { size, rim }) {
    const { type, mode, hoverinfo } = this.points;
    const { x, y } = this.places;
    return { type: this.shapes ? "scatter" : type, mode, hoverinfo, meta: MARK,
      x: taken(x, rows), y: taken(y, rows),
      marker: { color: colour, size, line: rim, opacity: faint ? FAINT : 1 } };
  }

  config() {
    return { plotGlPixelRatio: window.devicePixelRatio || 1, // Plotly's own 2 is four times the work
      displayModeBar: true, displaylogo: false, scrollZoom: true, doubleClick: false, showAxisDragHandles: false,
      locale: "map", locales: { map: { dictionary: NAMES, format: {} } },
      modeBarButtonsToRemove: ["toImage", "resetScale2d", "autoScale2d", "sendDataToCloud", "sendChartToCloud", "sendToCloud"],
      modeBarButtonsToAdd: ["select2d", "lasso2d", this.allButton(), ...this.buttons()] };
  }

  /** In place of Plotly's own, which would stretch the map to the window's shape. */
  allButton() {
    return { name: "show-all", title: "Show all (0, double-click)", icon: Plotly.Icons.autoscale,
      click: () => this.fit() };
  }

  listen() {
    const { node, heard } = this;
    node.on("plotly_doubleclick", () => this.fit());
    node.on("plotly_hover", (said) => heard.over(this.rowOf(said), ...placeOf(said), said.event));
    node.on("plotly_unhover", () => heard.left());
    node.on("plotly_click", (said) => heard.clicked(this.rowOf(said), ...placeOf(said), said.event));
    node.on("plotly_selected", (said) => {
      const corners = outline(said);
      if (corners) heard.outlined(corners);
    });
    node.on("plotly_relayouting", () => heard.moved());
    node.on("plotly_relayout", (changed) => {
      if (changed.dragmode) this.anchored(changed.dragmode);
      if (Object.keys(changed).some((name) => name.includes("axis.range"))) this.keep();
      if (changed.selections?.length) Plotly.relayout(node, { selections: [] }); // the points show it
      heard.settled();
    });
  }

  /**
   * The drawn row nearest to the pointer, where Plotly finds any: to it all below the pointer are one.
   * @param {PlotlyEvent} said
   * @returns {number | null}
   */
  rowOf({ points, xvals: [x], yvals: [y] }) {
    if (!points.length) return null;
    let [best, nearest] = [/** @type {number | null} */ (null), Infinity];
    for (const { rows } of this.classes) {
      for (const row of rows) {
        const far = (this.places.x[row] - x) ** 2 + (this.places.y[row] - y) ** 2;
        if (far < nearest) [best, nearest] = [row, far];
      }
    }
    return best;
  }

  /** Remember the part in sight; of a map that is shown whole there is nothing to remember. */
  keep() {
    if (this.resizing) return; // another window shows the same part, with more or less around it
    const { xaxis: { range: x }, yaxis: { range: y } } = this.node.layout;
    const all = this.fitted(null);
    if (same(x, all.x) && same(y, all.y)) kept.delete(this.name);
    else kept.set(this.name, { x: [x[0], x[1]], y: [y[0], y[1]] });
  }

  /**
   * Magnifying a rectangle keeps both axes' scales equal where Plotly knows that they are.
   * @param {string} dragmode
   */
  anchored(dragmode) {
    const wanted = anchor(dragmode);
    if ((this.node.layout.yaxis.scaleanchor ?? false) !== wanted) {
      Plotly.relayout(this.node, { "yaxis.scaleanchor": wanted });
    }
  }

  /** The axes as they are drawn. */
  get axes() {
    const { _fullLayout: drawn } = this.node;
    if (!drawn?.xaxis) throw new Error("The map is not drawn yet.");
    return drawn;
  }

  /** @returns {import("./equal_scale.js").Ranges} */
  get ranges() {
    const { xaxis, yaxis } = this.axes;
    return { x: xaxis.range, y: yaxis.range };
  }

  /** The same, also of a map that is not drawn yet. @returns {import("./equal_scale.js").Ranges} */
  get sight() {
    const { xaxis, yaxis } = this.layout ?? {};
    return xaxis && yaxis ? { x: xaxis.range, y: yaxis.range } : this.ranges;
  }

  /** How many times nearer it is than when the wider side of all points fills it. */
  get nearness() {
    const { x: [left, right], y: [low, high] } = this.ranges;
    const { x, y } = extent(this.places);
    return Math.max((x[1] - x[0]) / (right - left), (y[1] - y[0]) / (high - low));
  }

  get width() {
    return this.node.clientWidth;
  }

  get height() {
    return this.node.clientHeight;
  }

  /** What the points have, in pixels from the plot's corner: Plotly's buttons are right of it. */
  get area() {
    const { xaxis, yaxis } = this.axes;
    return { width: xaxis._offset + xaxis._length, height: yaxis._offset + yaxis._length };
  }

  /** The pixel of a place, in the plot's element. @param {number} x @param {number} y */
  pixel(x, y) {
    const { xaxis, yaxis } = this.axes;
    const [[left, right], [low, high]] = [xaxis.range, yaxis.range];
    return [xaxis._offset + ((x - left) / (right - left)) * xaxis._length,
      yaxis._offset + (1 - (y - low) / (high - low)) * yaxis._length];
  }

  /** The place at a pixel: the other way round. @param {number} column @param {number} line */
  place(column, line) {
    const { xaxis, yaxis } = this.axes;
    const [[left, right], [low, high]] = [xaxis.range, yaxis.range];
    return [left + ((column - xaxis._offset) / xaxis._length) * (right - left),
      low + (1 - (line - yaxis._offset) / yaxis._length) * (high - low)];
  }

  /** Zoom by a factor; what is at the pixel stays there. @param {number} factor */
  zoom(factor, column = this.width / 2, line = this.height / 2) {
    const [x, y] = this.place(column, line);
    /** @type {(middle: number, range: number[]) => number[]} */
    const about = (middle, range) => range.map((end) => middle + (end - middle) / factor);
    const { x: across, y: up } = this.ranges;
    return this.show(about(x, across), about(y, up));
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    const [[x0, y0], [x1, y1]] = [this.place(0, 0), this.place(dx, dy)];
    const { x, y } = this.ranges;
    return this.show(x.map((end) => end - (x1 - x0)), y.map((end) => end - (y1 - y0)));
  }

  /** @param {number[]} x @param {number[]} y */
  show(x, y) {
    return Plotly.relayout(this.node, { "xaxis.range": x, "yaxis.range": y });
  }

  fit() {
    const { x, y } = this.fitted(null);
    return this.show(x, y);
  }

  /** Bring a row into sight, where it is not. @param {number} row */
  reveal(row) {
    this.wanted = this.layout ? row : null; // of a map that is not drawn yet: then
    if (this.layout) return;
    const [x, y] = [this.places.x[row], this.places.y[row]];
    const [column, line] = this.pixel(x, y);
    const { xaxis, yaxis } = this.axes;
    /** @type {(at: number, axis: PlotlyAxis) => boolean} */
    const near = (at, axis) => at < axis._offset + 20 || at > axis._offset + axis._length - 20;
    if (!near(column, xaxis) && !near(line, yaxis)) return;
    const { x: across, y: up } = this.ranges;
    /** @type {(middle: number, range: number[]) => number[]} */
    const around = (middle, [from, to]) => [middle - (to - from) / 2, middle + (to - from) / 2];
    this.show(around(x, across), around(y, up));
  }

  async resize() {
    if (!this.drawn || !this.width) return;
    await Plotly.Plots.resize(this.node); // a hand may move the map meanwhile, which is remembered
    if (!this.drawn || this.layout) return;
    const { x, y } = this.fitted();
    this.resizing = true;
    await this.show(x, y);
    this.resizing = false;
  }

  remove() {
    if (this.drawn) Plotly.purge(this.node);
  }
}

/** The numbers of these rows. @param {Float32Array} numbers @param {number[]} rows */
function taken(numbers, rows) {
  const own = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) own[i] = numbers[rows[i]];
  return own;
}

/** @param {PlotlyEvent} said @returns {[number, number]} */
const placeOf = ({ xvals, yvals }) => [xvals[0], yvals[0]];

/**
 * The corners of what was dragged out, as [x, y]; null where it was a click.
 * @param {PlotlyOutline} [said]
 * @returns {number[][] | null}
 */
export function outline(said) {
  if (said?.range) {
    const [[left, right], [low, high]] = [said.range.x, said.range.y];
    return [[left, low], [right, low], [right, high], [left, high]];
  }
  const { x, y } = said?.lassoPoints ?? {};
  return x && y ? x.map((column, i) => [column, y[i]]) : null;
}

/** Only a rectangle that is magnified needs equal scales of Plotly, which then computes all anew for
 * each move; moving and zooming keep them as they are. @param {string} dragmode */
const anchor = (dragmode) => (dragmode === "zoom" ? "x" : false);

/** @param {number[]} one @param {number[]} other */
const same = (one, other) => one.every((end, i) => Math.abs(end - other[i]) < 1e-6 * (other[1] - other[0]));
