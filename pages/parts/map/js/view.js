// The map: what is shown, and what follows from what is chosen; drawn and heard elsewhere.

import { counted } from "../../../../core/format.js";
import { choices } from "../../browser/choices.js";
import { loadCaptions } from "../../browser/captions.js";
import {
  frameId, loadDivision, loadMap, loadPlotly, loadRows, loadSieve, NO_ROWS, shownDivision, why,
} from "../../browser/data.js";
import { faintFirst, pointClasses } from "../../../../core/charts/js/classes.js";
import { FramePlot } from "../../../../core/charts/js/frame_plot.js";
import { element, within } from "../../../../core/charts/js/elements.js";
import { warmAtlases } from "../../browser/pictures.js";
import { putBelow } from "./below.js";
import { Labels } from "./draw/labels.js";
import { legend } from "./draw/legend.js";
import { drawMarks } from "./draw/marks.js";
import { saveButtons } from "./draw/save.js";
import { TileLayer } from "./draw/tiles.js";
import { heard, listen } from "./hand/pointing.js";
import { COLUMN, rowColours, written } from "../../../../core/charts/js/colours.js";
import { Extras } from "./model/extras.js";
import { Parts } from "./model/parts.js";
import { readRows } from "./model/selection.js";
import { pairText } from "./model/sets.js";
import { carriedDivision, carriedMask, sameRows } from "./model/second.js";
import { DrawnRows } from "./model/drawn_rows.js";
import { HoverCard } from "./panel/card.js";
import { Clusters } from "./panel/cluster_cards.js";
import { DifferencePanel } from "./panel/difference.js";
import { Panel } from "./panel/panel.js";
import { Pins, PlaceCard } from "./panel/place.js";
import { Selection } from "./panel/selection.js";
import { Walk } from "./panel/walk.js";

/**
 * @typedef {import("../../browser/data.js").Rows} Rows
 * @typedef {import("../../browser/data.js").Run} Run
 * @typedef {import("../../browser/choice_store.js").Name} Name
 * @typedef {import("../../../../core/charts/js/colours.js").Named} Named
 *
 * What Python says of a map (pages/parts/map/__init__.py): ids, and what people named, coloured and
 * merged. `divided` is the run whose clusters these are, on a second map of another run, `other` the
 * map beside this one, RUN:PROJECTION, `only` the one group that shows, "" where all do, and `kept` a long
 * selection with its id.
 * @typedef {Named & { run: Run, projection: string, plotly: string, clustering: string | null, sieve: string | null,
 *   merged: Record<string, number>, saved: string[], columns: string[], title: string, only: string,
 *   kept: { id: string, text: string } | null,
 *   videos: Record<string, import("../../browser/data.js").Video>, divided?: Run, other: string | null }} MapData
 */

/** @type {MapData} */
const NOTHING = { run: { id: "", base: "", version: "" }, projection: "", plotly: "", clustering: null, sieve: null, names: {},
  chosen: {}, merged: {}, saved: [], columns: [], title: "", only: "", kept: null, videos: {}, groups: {}, other: null,
  palette: { clusters: [], time: [], certainty: [], kept: [], grey: "" } };

const SETTLED_MS = 120; // a wheel's next step comes sooner

export class MapView {
  /**
   * Of two maps side by side each is one; the second has its cards and panel with the `first`.
   * @param {HTMLElement} root
   * @param {MapView | null} first
   */
  constructor(root, first = null) {
    /** @param {string} name @returns {HTMLElement} */
    const part = (name) => within(root, `.vab-${name}`);
    this.root = root;
    this.first = first;
    /** @type {MapView | null} */
    this.twin = first; // the other of two
    /** @type {number | null} */
    this.lit = null; // the row whose frame is pointed at on the other map
    /** @type {Int32Array | null} */
    this.same = null; // of a second map of another run: each row's row on the first
    root.closest(".stApp")?.toggleAttribute("data-embedded", embedded());
    this.turn = 0;
    this.data = NOTHING;
    this.rows = NO_ROWS;
    /** @type {import("../../browser/data.js").Places} */
    this.places = { x: new Float32Array(), y: new Float32Array() };
    /** @type {import("../../browser/data.js").Division | null} */
    this.division = null;
    /** @type {{ shown: Uint8Array, grey: Uint8Array } | null} */
    this.sieve = null;
    this.drawn = new DrawnRows();
    this.order = this.drawn.rows; // the faint ones first
    this.faint = new Uint8Array(); // (N,) 1 where a row is grey
    /** @type {string[]} */
    this.colours = []; // of every row
    this.edge = ""; // the page's background
    [this.stale, this.recoloured] = [false, false];
    /** @type {number | undefined} */
    this.frame = undefined; // the next picture of the screen, where one is asked for
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.settling = undefined; // until the map has stood still
    /** @type {(name: string, message: object) => void} */
    this.trigger = () => {}; // tells Streamlit
    /** @type {ResizeObserver | null} */
    this.resize = null;
    /** @type {number | null} */
    this.focus = null; // the number of the only cluster in colour
    /** @type {number | null} */
    this.pointed = null; // a row
    /** @type {[number, number] | null} */
    this.clickedAt = null; // a pixel of the window, until the pointer leaves it
    /** @type {number[]} */
    this.linked = []; // the rows of the chosen frame's neighbours
    /** @type {import("../../browser/captions.js").Captions | null} */
    this.captions = null;
    this.stop = new AbortController();
    this.map = part("map");
    Object.assign(this.map, { view: this }); // for tests and measurements
    this.marks = /** @type {SVGElement} */ (root.querySelector(".vab-marks"));
    this.labels = new Labels(part("labels"));
    this.live = part("live");
    this.keys = { shiftKey: false, altKey: false }; // as the last outline ended
    this.colourList = /** @type {HTMLSelectElement} */ (part("colours"));
    this.plot = new FramePlot(part("plot"), heard(this), () => saveButtons(this));
    this.tiles = new TileLayer(/** @type {HTMLCanvasElement} */ (part("tiles")));
    this.card = new HoverCard(root);
    this.placeCard = new PlaceCard(this);
    this.difference = first?.difference ?? new DifferencePanel(this);
    this.panel = new Panel(this);
    this.pins = new Pins(this);
    this.walk = new Walk(this);
    this.selection = new Selection(this);
    this.extras = new Extras((name) => this.coloured === name && this.colour());
    this.parts = first?.parts ?? new Parts(() => {
      this.mark();
      this.twin?.mark();
    });
    this.clusters = first?.clusters ?? new Clusters(this);
    this.drawnNote = element("div", "vab-drawn vab-faint");
    part("notes").append(this.drawnNote, this.selection.node);
    if (!first) {
      part("panel-place").append(this.panel.node);
      part("walk-place").append(this.walk.node);
      putBelow(this.clusters.node);
    }
    listen(this);
    this.unsubscribe = choices.subscribe((names, by) => this.follow(names, by));
  }

  /** The row of the chosen frame. */
  get selected() {
    return this.rows.rowOf.get(choices.now.frame) ?? null;
  }

  /** What the colours say. */
  get coloured() {
    return choices.now.colour;
  }

  /** What dragging does, in Plotly's words. */
  get mode() {
    return this.plot.node.layout?.dragmode ?? "pan";
  }

  remove() {
    this.stop.abort();
    this.plot.remove();
    this.unsubscribe();
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    clearTimeout(this.settling);
    this.resize?.disconnect();
    this.hideCards();
    this.root.querySelectorAll(".vab-card, .vab-place-card, .vab-panel, .vab-walk, .vab-notes > *")
      .forEach((node) => node.remove());
    if (!this.first && this.clusters.node.isConnected) putBelow(null);
    if (this.twin) this.twin.twin = null;
  }

  /** @param {unknown} error */
  fail(error) {
    within(this.root, ".vab-trouble").textContent = `The map cannot be drawn: ${why(error)} Reload the page.`;
  }

  /** @param {number} row */
  videoOf(row) {
    return this.data.videos[this.rows.videos[this.rows.video[row]]];
  }

  /** Take new data in; what was overtaken by newer data is dropped. @param {MapData} data */
  async update(data) {
    const turn = (this.turn += 1);
    const divided = data.divided ?? data.run; // the run whose clusters these are
    const plotly = loadPlotly(data.plotly);
    const [rows, { figure, places }, division, sieve, dividedRows] = await Promise.all([loadRows(data.run),
      loadMap(data.run, data.projection), loadDivision(divided, data.clustering),
      loadSieve(divided, data.sieve), loadRows(divided)]);
    if (turn !== this.turn || this.stop.signal.aborted) return;
    const before = this.data;
    const edge = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim();
    if (edge === this.edge && !changed(before, data)) {
      if (written(this.coloured)) this.extras.ask(this.coloured); // which may be what has changed
      return;
    }
    this.edge = edge;
    const otherRun = before.run.id !== data.run.id || before.run.version !== data.run.version;
    const moved = otherRun || before.projection !== data.projection;
    const otherClusters = otherRun || before.clustering !== data.clustering
      || changed(before.merged, data.merged);
    if (otherClusters) this.focus = null;
    this.same = rows === dividedRows ? null : sameRows(rows, dividedRows);
    const shown = otherClusters ? carriedDivision(shownDivision(division, data.merged), this.same) : this.division;
    Object.assign(this, { data, rows, places, sieve, division: shown });
    within(this.root, ".vab-trouble").textContent = "";
    if (otherRun) this.forget();
    const sifted = otherRun || before.sieve !== data.sieve || before.only !== data.only;
    if (sifted) this.drawn.sift(rows, (row) => this.shows(row));
    this.extras.open({ run: data.run, projection: data.projection, other: data.other });
    if (changed(before.columns, data.columns)) this.offerColumns();
    if (moved) this.place(figure);
    else this.plot.dress(this.ground());
    if (moved || sifted) this.take();
    this.colour();
    if ((otherClusters && !otherRun) || changed(before.kept, data.kept)) this.compared();
    if (otherRun) this.panel.empty();
    else if (this.selected !== null && !this.first) this.panel.refresh(otherClusters);
    if (otherRun) this.follow(/** @type {Name[]} */ (Object.keys(choices.now)));
    this.pressed();
    await plotly;
    await this.present();
    if (otherRun) this.begin();
    const others = otherClusters || ["chosen", "videos", "groups"].some((name) =>
      changed(before[/** @type {keyof MapData} */ (name)], data[/** @type {keyof MapData} */ (name)]));
    if (this.first) return;
    if (others) inSpareTime(() => this.stop.signal.aborted || this.clusters.draw());
    else if (changed(before.names, data.names)) this.clusters.named();
  }

  /** The columns of the videos, behind what every map can be coloured by. */
  offerColumns() {
    const { columns } = this.data;
    this.colourList.querySelector("optgroup")?.remove();
    if (!columns.length) return;
    const group = element("optgroup", "", undefined, { label: "Column of the videos" });
    group.append(...columns.map((name) => element("option", "", name, { value: COLUMN + name })));
    this.colourList.append(group);
  }

  /** Paint, and say what is on the screen now. */
  async present() {
    const { run, projection, clustering } = this.data;
    await this.paint();
    if (!this.plot.drawn) return; // plotly.js is on its way, and `update` waits for it
    this.root.dataset.ready = `${run.id} ${projection} ${clustering} ${this.coloured}`;
  }

  forget() {
    this.pointed = null;
    this.linked = [];
    this.captions = null;
    this.selection.set([]);
    this.hideCards();
  }

  /**
   * Whether the sieve lets a row through, and it is of the group where only one is shown.
   * @param {number} row
   */
  shows(row) {
    if (this.data.only && this.videoOf(row).group !== this.data.only) return false;
    return !this.sieve || this.sifted("shown", row) === 1;
  }

  /**
   * What the sieve, which is of the first map's rows, says of a row.
   * @param {"shown" | "grey"} what
   * @param {number} row
   */
  sifted(what, row) {
    return this.sieve?.[what][this.same ? this.same[row] : row];
  }

  /** What happens once per run, when its points are seen: captions, pictures ahead of the pointer. */
  begin() {
    const { run } = this.data;
    loadCaptions(run, this.rows, () => this.said()).then((captions) => {
      if (run.id === this.data.run.id) this.captions = captions;
    }, (error) => { within(this.root, ".vab-trouble").textContent = `Captions are not shown: ${why(error)}`; });
    warmAtlases(this);
  }

  /** What is said in one more video is known now. */
  said() {
    this.card.say(this);
    if (this.pins.open) this.panel.showPlace(this.pins.open);
  }

  /**
   * The points have other places: the view opens where it was left, pins are those of this map.
   * @param {import("../../../../core/charts/js/frame_plot.js").Figure} figure
   */
  place(figure) {
    const side = this.first ? "second " : ""; // of the same map twice each has its own part in sight
    this.plot.open(`${side}${this.data.run.id} ${this.data.projection}`, figure, this.places, this.ground());
    this.walk.close();
    this.pins.read(choices.now.pins);
    if (this.pins.open) this.openFrame();
  }

  /** What of the plot follows the page's light or dark. */
  ground() {
    const { color } = getComputedStyle(this.root);
    return { font: { color }, modebar: { bgcolor: "rgba(0, 0, 0, 0)", color, activecolor: this.accent, orientation: "v" },
      newselection: { line: { color: this.accent, width: 1.5, dash: "dash" } } };
  }

  get accent() {
    return getComputedStyle(this.root).getPropertyValue("--st-primary-color").trim() || "#0072B2";
  }

  /**
   * Show what is chosen now, here (`by` is this view), in another part, or by the server.
   * @param {Name[]} names
   * @param {object} [by]
   */
  follow(names, by) {
    if (!this.rows.count) return;
    const { selection, pins } = choices.now;
    if (names.includes("selection") && selection !== this.selection.text) {
      this.selection.set(readRows(this.rows, selection));
    }
    if (names.includes("pins") && pins !== this.pins.text) this.pins.read(pins);
    if (names.includes("difference") || names.includes("selection")) this.compared();
    if (names.includes("frame")) this.openFrame();
    if (names.includes("frame") && by !== this && this.selected !== null) {
      this.plot.reveal(this.selected);
    }
    if (names.some((name) => ["selection", "colour", "difference"].includes(name))) this.colour();
    this.markOver();
    if (!names.includes("colour")) return;
    this.pressed();
    this.present();
  }

  /** Another colour, or other rows in grey: neither moves a point. */
  colour() {
    const { rows, focus, division } = this;
    const compared = this.difference.mask;
    const mask = compared ? carriedMask(compared, this.same) : this.selection.mask;
    this.colours = rowColours(this);
    this.faint = new Uint8Array(rows.count);
    for (let row = 0; row < rows.count; row += 1) {
      this.faint[row] = (focus && division && division.labels[row] !== focus)
        || (mask && !mask[row]) || this.sifted("grey", row) ? 1 : 0;
    }
    this.order = faintFirst(this.drawn.rows, this.faint); // what is in colour lies on top
    this.recoloured = true;
    this.drawLegend();
    this.mark();
  }

  drawLegend() {
    const { rows, drawn } = this;
    if (!this.first) within(this.root, ".vab-legend-place").replaceChildren(legend(this));
    const all = counted(rows.count, "frame");
    const said = drawn.some ? `${drawn.rows.length.toLocaleString("en")} of ${all} drawn` : all;
    this.map.setAttribute("aria-label", `Map of ${said}. Arrow keys walk from frame to frame, Enter `
      + "opens one, W begins a walk from it, Escape closes it.");
  }

  /** What the map does not show, in words. */
  note() {
    const { drawn, tiles, rows } = this;
    const said = drawn.said ? [drawn.said] : [];
    const passed = this.sieve?.shown.reduce((sum, one) => sum + one, 0) ?? rows.count;
    if (passed < rows.count) {
      said.push(`${passed.toLocaleString("en")} of ${counted(rows.count, "frame")} pass the filter`);
    }
    if (tiles.kind && tiles.kind !== "examples") {
      const number = counted(tiles.placed.length, tiles.kind === "frame" ? "picture" : "decoded picture");
      said.push(`${number}, where there is room; zoom in for more`);
    }
    const words = said.join("; ");
    if (this.drawnNote.textContent !== words) this.drawnNote.textContent = words;
  }

  /** The place of a row relative to the map, in pixels. @param {number} row */
  pixel(row) {
    return this.plot.pixel(this.places.x[row], this.places.y[row]);
  }

  /** @param {number} x @param {number} y */
  pixelOf(x, y) {
    return this.plot.pixel(x, y);
  }

  /** @param {number | null} row */
  point(row) {
    if (this.pointed === row) return;
    this.pointed = row;
    this.twin?.light(row === null ? "" : frameId(this.rows, row));
    this.map.classList.toggle("vab-pointing", row !== null);
    this.markOver();
  }

  /** This frame is pointed at on the other map. @param {string} frame */
  light(frame) {
    const row = this.rows.rowOf.get(frame) ?? null;
    if (row === this.lit) return;
    this.lit = row;
    this.markOver();
  }

  unpoint() {
    this.point(null);
    this.hideCards();
  }

  /** The map has moved: where more rows are in sight than are drawn, others may be drawn now. */
  settled() {
    clearTimeout(this.settling);
    if (this.drawn.some) this.settling = setTimeout(() => this.retake(), SETTLED_MS);
    this.mark();
  }

  /** Take the rows that are in sight now; true where they are others. */
  take() {
    this.tiles.dense = null;
    return this.drawn.take(this.places, this.plot.sight);
  }

  /** Draw them. */
  retake() {
    if (!this.take()) return;
    this.order = faintFirst(this.drawn.rows, this.faint);
    this.recoloured = true;
    this.selection.count();
    this.drawLegend();
    this.mark();
  }

  hideCards() {
    this.card.hide();
    this.placeCard.hide();
  }

  /**
   * Choose a row (null for none); `show` brings the map back into sight.
   * @param {number | null} row
   * @param {boolean} show
   */
  choose(row, show = false) {
    choices.choose({ frame: row === null ? "" : frameId(this.rows, row) }, this);
    this.openFrame(); // over a place that was pinned, too
    if (show) this.map.scrollIntoView({ behavior: "smooth", block: "nearest" });
  }

  /** The chosen frame is in the panel, and no pinned place. */
  openFrame() {
    const row = this.selected;
    this.pins.open = null;
    this.hideCards();
    if (this.first) return this.markOver(); // the panel is the first's
    if (row === this.panel.row && !this.panel.node.dataset.place) return null;
    this.linked = [];
    if (row === null) this.panel.empty();
    else this.panel.show(row);
    return this.markOver();
  }

  /**
   * Pin a place where no frame is: {x, y}, or a place that is kept.
   * @param {import("./panel/place.js").Pin} place
   */
  choosePlace(place) {
    const pin = place.letter ? place
      : { x: Number(place.x.toPrecision(7)), y: Number(place.y.toPrecision(7)) };
    this.choose(null);
    this.pins.pin(pin);
  }

  /**
   * Select these rows, of all frames, also those that are not drawn; none ends the selection.
   * @param {number[]} rows
   */
  select(rows) {
    this.selection.set(rows);
    choices.choose({ selection: this.selection.text }, this);
  }

  /**
   * Say in the panel what is different between two sets (model/sets.js), none ends it.
   * @param {string} [first]
   * @param {string} [second]
   */
  compare(first, second) {
    this.focus = null;
    choices.choose({ difference: first && second ? pairText(first, second) : "", frame: "" }, this);
  }

  /** The panel shows what is compared now, unless a frame is open in it. */
  compared() {
    if (this.first) return;
    this.difference.read(choices.now.difference);
    if (this.selected === null && !this.pins.open) this.panel.empty();
  }

  /** Draw everything again before the next picture of the screen. */
  mark() {
    this.stale = true;
    this.markOver();
  }

  /** Draw again what lies over the points. */
  markOver() {
    this.frame ??= requestAnimationFrame(() => this.paint());
  }

  /** The points' diameter and the rim around each, in pixels. */
  get dots() {
    const { size, line } = this.plot.points.marker;
    const small = ["frame", "decoded"].includes(this.tiles.kind);
    return { size: small ? Math.min(size, 5) : size, rim: { ...line, color: this.edge || "#fff" } };
  }

  async paint() {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    if (!this.plot.figure || !("Plotly" in window) || this.stop.signal.aborted) return;
    if (this.recoloured) {
      this.recoloured = false;
      const classes = pointClasses(this.drawn.rows, this.colours, this.faint, this.data.palette.grey);
      const done = this.plot.draw(classes, this.dots);
      this.paintOver();
      await done;
    }
    this.paintOver();
  }

  /** Draw what lies over the points, where they are now. */
  paintOver() {
    if (!this.plot.drawn || this.stop.signal.aborted) return;
    drawMarks(this);
    this.labels.draw(this); // first, as pictures leave room for them
    if (!this.stale) return;
    this.stale = false;
    this.tiles.draw(this, () => this.mark());
    this.note();
  }

  /** @param {number} row @param {number[]} neighbours */
  linkNeighbours(row, neighbours) {
    if (row !== this.selected) return;
    this.linked = neighbours;
    this.markOver();
  }

  /** @param {number | null} number @param {boolean} scroll */
  chooseCluster(number, scroll = false) {
    if (this.first) {
      this.first.chooseCluster(number, scroll);
      return;
    }
    this.focus = number === this.focus && !scroll ? null : number;
    this.colour();
    if (this.twin) Object.assign(this.twin, { focus: this.focus }).colour();
    inSpareTime(() => this.clusters.choose(this.focus, scroll)); // many pictures, below the map
  }

  /** How many frames were divided: all but those that are left out. */
  get divided() {
    return this.rows.count - (this.sieve?.grey.reduce((sum, one) => sum + one, 0) ?? 0);
  }

  /** @param {number} number */
  leaveOut(number) {
    this.trigger("left", { clustering: this.data.clustering, number });
  }

  /**
   * A button of the map's own bar was pressed.
   * @param {{ pictures?: string, colour?: string, walk?: string }} what
   */
  use({ pictures: kind, colour, walk }) {
    if (!this.plot.drawn) return;
    if (colour) choices.choose({ colour }, this);
    if (kind) {
      this.tiles.choose(kind);
      this.recoloured = true; // beside pictures dots are smaller
    }
    if (walk) this.walk.beginHere();
    this.pressed();
    this.mark();
  }

  /** The buttons say what is chosen. */
  pressed() {
    const shown = this.tiles.kind === "examples" ? "dots" : this.tiles.kind || "dots";
    for (const tool of /** @type {NodeListOf<HTMLElement>} */ (this.map.querySelectorAll("[data-pictures]"))) {
      tool.setAttribute("aria-pressed", String(tool.dataset.pictures === shown));
    }
    this.colourList.value = this.coloured;
    within(this.colourList, "[value=shared]").hidden = !this.data.other;
    within(this.map, ".vab-map-title").textContent = this.data.title;
  }

  /** @param {"in" | "out" | "fit"} by */
  zoom(by) {
    if (!this.plot.drawn) return;
    if (by === "fit") this.plot.fit();
    else this.plot.zoom(by === "in" ? 1 / 0.7 : 0.7);
  }
}

/** Whether the address asks for map and panel alone, as a frame in another page does. */
const embedded = () => ["1", "true"].includes(new URLSearchParams(location.search).get("embed") ?? "");

/** When the map is painted and nothing else waits; Safari cannot tell that. @param {() => unknown} act */
const inSpareTime = (act) => ("requestIdleCallback" in window
  ? requestIdleCallback(act, { timeout: 300 }) : setTimeout(act, 50));

/** @param {unknown} before @param {unknown} now */
const changed = (before, now) => JSON.stringify(before) !== JSON.stringify(now);
