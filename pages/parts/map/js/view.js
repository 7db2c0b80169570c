// The map: what is shown, and what follows from what is chosen; drawn and heard elsewhere.

import { counted } from "../../../../core/format.js";
import { choices } from "../../browser/choices.js";
import {
  frameId, loadCaptions, loadDivision, loadPlaces, loadRows, shownDivision,
} from "../../browser/data.js";
import { element } from "../../browser/elements.js";
import { warmAtlases } from "../../browser/pictures.js";
import { legend } from "./draw/legend.js";
import { drawMarks } from "./draw/marks.js";
import { mixed, packed, PointLayer } from "./draw/points.js";
import { saveMap } from "./draw/save.js";
import { TileLayer } from "./draw/tiles.js";
import { Viewport } from "./draw/viewport.js";
import { listen } from "./hand/pointing.js";
import { rowColours } from "./model/colours.js";
import { readRows } from "./model/selection.js";
import { mixedOrder } from "./model/thinning.js";
import { HoverCard } from "./panel/card.js";
import { Clusters } from "./panel/cluster_cards.js";
import { Panel } from "./panel/panel.js";
import { Pins, PlaceCard } from "./panel/place.js";
import { Selection } from "./panel/selection.js";
import { Walk } from "./panel/walk.js";

export class MapView {
  constructor(root) {
    this.root = root;
    this.turn = 0;
    /** @type {import("../../browser/data.js").Rows | null} */
    this.rows = null;
    /** @type {import("../../browser/data.js").Places | null} */
    this.places = null;
    /** @type {import("../../browser/data.js").Division | null} */
    this.division = null;
    this.data = null; // what Streamlit gave
    this.trigger = null; // tells Streamlit
    this.resize = null;
    this.mode = "move"; // or "box", "lasso"
    this.focus = null; // the number of the only cluster in colour
    this.pointed = null; // a row
    this.linked = [];
    this.captions = null;
    this.stop = new AbortController();
    this.map = root.querySelector(".vab-map");
    this.map.view = this; // for tests and measurements
    this.marks = root.querySelector(".vab-marks");
    this.labels = root.querySelector(".vab-labels");
    this.live = root.querySelector(".vab-live");
    this.layer = new PointLayer(root.querySelector(".vab-points"));
    this.tiles = new TileLayer(root.querySelector(".vab-tiles"));
    this.card = new HoverCard(root);
    this.placeCard = new PlaceCard(this);
    this.panel = new Panel(this);
    this.pins = new Pins(this);
    this.walk = new Walk(this);
    this.selection = new Selection(this);
    this.clusters = new Clusters(this);
    this.viewport = new Viewport();
    this.drawnNote = element("div", "vab-drawn vab-faint");
    root.querySelector(".vab-notes").append(this.drawnNote, this.selection.node);
    root.querySelector(".vab-panel-place").append(this.panel.node);
    root.querySelector(".vab-walk-place").append(this.walk.node);
    root.querySelector(".vab-clusters-place").append(this.clusters.node);
    listen(this);
    this.unsubscribe = choices.subscribe((names, by) => this.follow(names, by));
  }

  /** The row of the chosen frame. */
  get selected() {
    return this.rows?.rowOf.get(choices.now.frame) ?? null;
  }

  /** What the colours say. */
  get coloured() {
    return choices.now.colour;
  }

  remove() {
    this.stop.abort();
    this.unsubscribe();
    cancelAnimationFrame(this.frame);
    this.resize?.disconnect();
    this.hideCards();
    this.root.querySelectorAll(".vab-card, .vab-place-card, .vab-panel, .vab-walk, .vab-clusters, .vab-notes > *")
      .forEach((node) => node.remove());
  }

  fail(error) {
    this.root.querySelector(".vab-trouble").textContent =
      `The map cannot be drawn: ${error.message} Reload the page.`;
  }

  videoOf(row) {
    return this.data.videos[this.rows.videos[this.rows.video[row]]];
  }

  /** Take new data in; what was overtaken by newer data is dropped. */
  async update(data) {
    const turn = (this.turn += 1);
    const [rows, places, division] = await Promise.all([loadRows(data.run),
      loadPlaces(data.run, data.projection), loadDivision(data.run, data.clustering)]);
    if (turn !== this.turn || this.stop.signal.aborted) return;
    const before = this.data ?? { run: {} };
    const edge = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim();
    if (edge === this.edge && !changed(before, data)) return;
    this.edge = edge;
    const otherRun = before.run.id !== data.run.id || before.run.version !== data.run.version;
    const moved = otherRun || before.projection !== data.projection;
    const otherClusters = otherRun || before.clustering !== data.clustering
      || changed(before.merged, data.merged);
    if (otherClusters) this.focus = null;
    const shown = otherClusters ? shownDivision(division, data.merged) : this.division;
    Object.assign(this, { data, rows, places, division: shown });
    this.root.querySelector(".vab-trouble").textContent = "";
    if (otherRun) this.forget();
    if (moved) this.place();
    this.colour();
    if (otherClusters || changed(before.names, data.names) || changed(before.chosen, data.chosen)
      || changed(before.videos, data.videos) || changed(before.groups, data.groups)) {
      this.clusters.draw();
    }
    if (otherRun) this.begin();
    else if (this.selected !== null) this.panel.refresh(otherClusters);
    if (otherRun) this.follow(Object.keys(choices.now));
    this.pressed();
    this.present();
  }

  /** Paint, and say what is on the screen now. */
  present() {
    const { run, projection, clustering } = this.data;
    this.paint();
    this.root.dataset.ready = `${run.id} ${projection} ${clustering} ${this.coloured}`;
  }

  forget() {
    this.pointed = null;
    this.linked = [];
    this.captions = null;
    this.shown = this.rows.shown;
    this.mixedOrder = mixedOrder(this.shown?.rows ?? Int32Array.from(this.rows.index.keys()));
    this.selection.set([]);
    this.hideCards();
  }

  /** What happens once per run: captions, pictures ahead of the pointer, the address's choices. */
  begin() {
    const { run } = this.data;
    loadCaptions(run).then((captions) => { if (run.id === this.data.run.id) this.captions = captions; });
    warmAtlases(this);
    this.panel.empty();
  }

  /** The points have other places: the view opens where it was left, pins are those of this map. */
  place() {
    this.viewport.resize(this.map.clientWidth, this.map.clientHeight);
    this.viewport.open(`${this.data.run.id} ${this.data.projection}`, this.places);
    this.walk.close();
    this.pins.read(choices.now.pins);
    if (this.pins.open) this.openFrame();
    this.drawn = true;
  }

  /** Show what is chosen now, here (`by` is this view), in another part, or by the server. */
  follow(names, by = null) {
    if (!this.rows) return;
    const { selection, pins } = choices.now;
    if (names.includes("selection") && selection !== this.selection.text) {
      this.selection.set(readRows(this.rows, selection));
    }
    if (names.includes("pins") && pins !== this.pins.text) this.pins.read(pins);
    if (names.includes("frame")) this.openFrame();
    if (names.includes("frame") && by !== this && this.selected !== null) {
      this.viewport.reveal(this.places.x[this.selected], this.places.y[this.selected]);
    }
    if (names.includes("selection") || names.includes("colour")) this.colour();
    if (names.includes("colour")) this.pressed();
    this.mark();
    if (names.includes("colour")) this.present();
  }

  /** Another colour, or other rows in grey: neither moves a point. */
  colour() {
    const { rows, focus, division, selection } = this;
    this.colours = rowColours(this);
    this.faint = new Uint8Array(rows.count);
    for (let row = 0; row < rows.count; row += 1) {
      this.faint[row] = (focus && division && division.labels[row] !== focus)
        || (selection.mask && !selection.mask[row]) ? 1 : 0;
    }
    const grey = mixed(packed(this.edge || "#fff"), packed(this.data.palette.grey), 90);
    this.inks = Uint32Array.from(this.colours, (colour, row) => (this.faint[row] ? grey : packed(colour)));
    const order = this.mixedOrder;
    this.order = Int32Array.from([...order.filter((row) => this.faint[row]),
      ...order.filter((row) => !this.faint[row])]); // what is in colour lies on top
    this.drawLegend();
    this.mark();
  }

  drawLegend() {
    const { rows, shown } = this;
    this.root.querySelector(".vab-legend-place").replaceChildren(legend(this));
    const all = counted(rows.count, "frame");
    const said = shown ? `${shown.rows.length.toLocaleString("en")} of ${all} drawn` : all;
    this.map.setAttribute("aria-label", `Map of ${said}. Arrow keys walk from frame to frame, Enter `
      + "opens one, W begins a walk from it, Escape closes it.");
  }

  /** What the map does not show, in words. */
  note() {
    const { shown, tiles, rows } = this;
    const said = [];
    if (shown) {
      said.push(`${shown.rows.length.toLocaleString("en")} of ${counted(rows.count, "frame")} drawn, `
        + "each group in its share");
    }
    if (tiles.kind) {
      const number = counted(tiles.placed.length, tiles.kind === "frame" ? "picture" : "decoded picture");
      said.push(`${number}, where there is room; zoom in for more`);
    }
    this.drawnNote.textContent = said.join("; ");
  }

  /** The place of a row relative to the map, in pixels. */
  pixel(row) {
    return this.viewport.pixel(this.places.x[row], this.places.y[row]);
  }

  pixelOf(x, y) {
    return this.viewport.pixel(x, y);
  }

  point(row) {
    if (this.pointed === row) return;
    this.pointed = row;
    this.map.classList.toggle("vab-pointing", row !== null);
    this.markOver();
  }

  unpoint() {
    this.point(null);
    this.hideCards();
  }

  hideCards() {
    this.card.hide();
    this.placeCard.hide();
  }

  /** Choose a row (null for none); `show` brings the map back into sight. */
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
    if (row === this.panel.row && !this.panel.node.dataset.place) return;
    this.linked = [];
    if (row === null) this.panel.empty();
    else this.panel.show(row);
    this.markOver();
  }

  /** Pin a place where no frame is: {x, y}, or a place that is kept. */
  choosePlace(place) {
    const pin = place.letter ? place
      : { x: Number(place.x.toPrecision(7)), y: Number(place.y.toPrecision(7)) };
    this.choose(null);
    this.pins.pin(pin);
  }

  /** Select these rows, of all frames, also those that are not drawn; none ends the selection. */
  select(rows) {
    this.selection.set(rows);
    choices.choose({ selection: this.selection.text }, this);
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
    const count = this.mixedOrder.length;
    const size = count < 800 ? 10 : count < 3000 ? 8 : count < 20000 ? 6 : 4;
    return { size: this.tiles.kind ? Math.min(size, 5) : size, rim: count < 5000 ? 0.8 : 0 };
  }

  paint() {
    cancelAnimationFrame(this.frame);
    this.frame = undefined;
    if (!this.drawn || this.stop.signal.aborted) return;
    if (this.stale) {
      this.stale = false;
      const { size, rim } = this.dots;
      const line = { colour: this.edge || "#fff", width: rim };
      this.layer.draw(this.viewport, this.places, this.order, this.inks, size, line);
      this.tiles.draw(this, () => this.mark());
      this.note();
    }
    drawMarks(this);
  }

  linkNeighbours(row, neighbours) {
    if (row !== this.selected) return;
    this.linked = neighbours;
    this.markOver();
  }

  chooseCluster(number, scroll = false) {
    this.focus = number === this.focus && !scroll ? null : number;
    this.colour();
    this.clusters.choose(this.focus, scroll);
  }

  rename(number, name) {
    this.trigger("renamed", { clustering: this.division.id, number, name });
  }

  /** A button of the map was pressed: zoom, another mode, pictures or dots. */
  use({ zoom, mode, pictures: kind, colour, save }) {
    if (save && this.drawn) saveMap(this, save).catch((error) => this.fail(error));
    if (zoom) this.zoom(zoom);
    if (colour && this.drawn) choices.choose({ colour }, this);
    if (mode) this.mode = mode;
    if (kind) this.tiles.kind = kind === "dots" ? "" : kind;
    this.map.dataset.mode = this.mode;
    this.pressed();
    this.mark();
  }

  /** The buttons say what is chosen. */
  pressed() {
    const now = { mode: this.mode, pictures: this.tiles.kind || "dots", colour: this.coloured };
    for (const tool of this.root.querySelectorAll(".vab-tools button[aria-pressed]")) {
      const [[kind, value]] = Object.entries(tool.dataset);
      tool.setAttribute("aria-pressed", String(now[kind] === value));
    }
  }

  zoom(by) {
    if (!this.drawn) return;
    if (by === "fit") this.viewport.fit();
    else this.viewport.zoom(by === "in" ? 1 / 0.7 : 0.7);
    this.mark();
  }
}

const changed = (before, now) => JSON.stringify(before) !== JSON.stringify(now);
