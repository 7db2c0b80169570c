// Pictures instead of dots: small ones out of the atlases, as many as fit without overlapping.

import { pen } from "../../../../../core/charts/js/elements.js";
import { pictures } from "../../../browser/data.js";
import { atlas, tileCut } from "../../../browser/pictures.js";
import { denseOrder, examples, examplesAt } from "../model/examples.js";
import { cellOf, taken } from "../model/thinning.js";

const MOST_TILES = 400;
const MOST_PAGES = 40; // atlas pages fetched for one view; of the rest the dots are shown
const TILE_WIDE = 58; // CSS pixels

/**
 * @typedef {import("../view.js").MapView} MapView
 *
 * The picture of a row, by its corner, in pixels.
 * @typedef {{ row: number, x: number, y: number, width: number, height: number }} Tile
 */

export class TileLayer {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = pen(canvas);
    /** @type {Tile[]} */
    this.placed = []; // the first below
    this.kind = "examples"; // frames at the densest places, "" none, "frame" or "decoded" wherever there is room
    /** @type {Int32Array | null} */
    this.dense = null; // the rows in the order in which they are examples
    this.turn = 0;
  }

  /**
   * Draw what fits; `again` is called when further pictures have arrived.
   * @param {MapView} view
   * @param {() => void} again
   */
  draw(view, again) {
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = view.plot;
    const turn = (this.turn += 1);
    this.placed = this.kind === "examples" ? this.examples(view) : this.kind ? this.thinned(view) : [];
    this.canvas.hidden = !this.placed.length;
    if (this.canvas.hidden) return; // clearing it takes as long as drawing in it
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.imageSmoothingQuality = "high";
    for (const tile of this.placed) {
      const { url, place } = this.source(view, tile.row);
      const page = atlas(url);
      if (page.ready || page.image.complete) this.paint(view, tile, page.image, place);
      else page.arrived.then(() => turn === this.turn && again(), () => {});
    }
  }

  /**
   * A kind of the map's bar; dots, chosen again, are with and without examples in turns.
   * @param {string} kind
   */
  choose(kind) {
    const dots = this.kind === "examples" ? "" : "examples";
    this.kind = kind === "dots" ? dots : kind;
  }

  /** A few frames at the densest places, more as one comes nearer. @param {MapView} view */
  examples(view) {
    const most = examplesAt(view.plot.nearness);
    if (!most) return [];
    this.dense ??= denseOrder(view.drawn.rows, view.places);
    const inColour = this.dense.filter((row) => !view.faint[row]);
    return examples(inColour, (row) => view.pixel(row), (row) => shapeOf(view, row), view.plot.area, view.labels.taken, most);
  }

  /** @param {MapView} view @param {number} row */
  source(view, row) {
    return this.kind !== "decoded"
      ? { url: pictures.frameAtlas(view.rows, row), place: view.rows.index[row] % 256 }
      : { url: pictures.decodedAtlas(view.data.run, row), place: row % 256 };
  }

  /** @param {MapView} view @param {Tile} tile @param {HTMLImageElement} image @param {number} place */
  paint(view, { row, x, y, width, height }, image, place) {
    if (!image.naturalWidth) return;
    const { context } = this;
    const cut = tileCut(place, view.videoOf(row).aspect);
    context.lineWidth = 3;
    context.strokeStyle = view.colours[row];
    context.strokeRect(x, y, width, height);
    context.drawImage(image, cut.left, cut.top, cut.width, cut.height, x, y, width, height);
  }

  /** The rows in sight that get a picture, none over another: taken in a fixed mixed order, so
   * that mostly the same ones stay while the map is moved. @param {MapView} view */
  thinned(view) {
    const { plot } = view;
    const cells = new Map();
    const upright = view.rows.videos.some((id) => view.data.videos[id].aspect < 1.5);
    const [across, down] = [TILE_WIDE + 4, upright ? TILE_WIDE + 4 : TILE_WIDE / 1.5 + 4];
    const pages = new Set();
    /** @type {Tile[]} */
    const found = [];
    const faint = view.faint;
    for (const row of view.drawn.rows) {
      if (found.length >= MOST_TILES) break;
      if (faint[row]) continue;
      const [x, y] = view.pixel(row);
      if (x < 0 || y < 0 || x > plot.width || y > plot.height) continue;
      const { width: wide, height: high } = shapeOf(view, row);
      if (taken(cells, x, y, across, down)) continue;
      const { url } = this.source(view, row);
      if (!pages.has(url) && pages.size >= MOST_PAGES) continue;
      pages.add(url);
      cells.set(cellOf(Math.floor(x / across), Math.floor(y / down)), [x, y]);
      found.push({ row, x: x - wide / 2, y: y - high / 2, width: wide, height: high });
    }
    return found;
  }

  /** @param {number} x @param {number} y */
  rowAt(x, y) {
    return this.placed.find((tile) => x >= tile.x && y >= tile.y && x <= tile.x + tile.width
      && y <= tile.y + tile.height)?.row ?? null;
  }
}

/** The size of a row's picture, in its video's own shape. @param {MapView} view @param {number} row */
function shapeOf(view, row) {
  const { aspect } = view.videoOf(row);
  return aspect >= 1 ? { width: TILE_WIDE, height: TILE_WIDE / aspect } : { width: TILE_WIDE * aspect, height: TILE_WIDE };
}
