// A frame and its decoded keyframe side by side: at once from the atlases, then in full.

import { clock } from "../../../core/format.js";
import { pictures } from "./data.js";
import { element, pen } from "../../../core/charts/js/elements.js";

const TILE = { width: 100, height: 60, perSide: 16 };
const DWELL_MS = 70; // how long a pointer rests before the full pictures are fetched

/**
 * A page of small pictures; what of it can be drawn at once is drawn from `image`.
 * @typedef {{ image: HTMLImageElement, ready: boolean, arrived: Promise<HTMLImageElement> }} AtlasPage
 * @type {Map<string, AtlasPage>}
 */
const atlases = new Map();

/** @param {string} url @returns {AtlasPage} */
export function atlas(url) {
  const known = atlases.get(url);
  if (known) return known;
  const image = new Image();
  /** @type {AtlasPage} */
  const page = { image, ready: false, arrived: new Promise((resolve, reject) => {
    const done = () => {
      page.ready = true;
      resolve(image);
    };
    image.onload = () => image.decode().then(done, done);
    image.onerror = () => {
      atlases.delete(url);
      reject(new Error(url));
    };
  }) };
  page.arrived.catch(() => {}); // who waits for it hears of it
  atlases.set(url, page);
  image.src = url;
  return page;
}

/**
 * What pictures are asked of.
 * @typedef {{ data: { run: import("./data.js").Run, videos: Record<string, import("./data.js").Video> },
 *   rows: import("./data.js").Rows, videoOf: (row: number) => import("./data.js").Video }} Pictured
 */

/**
 * Fetch every atlas page of a run ahead of the pointer, unless there are very many.
 * @param {Pictured} view
 */
export function warmAtlases({ data, rows }) {
  const urls = new Set();
  for (let row = 0; row < rows.count; row += 1) {
    urls.add(pictures.frameAtlas(rows, row));
    urls.add(pictures.decodedAtlas(data.run, row));
  }
  if (urls.size <= 48) urls.forEach(atlas);
}

/**
 * Where the picture of a tile lies in its atlas: in the middle of the tile, in its own shape.
 * @param {number} place
 * @param {number} aspect
 */
export function tileCut(place, aspect) {
  const width = Math.min(TILE.width, Math.round(TILE.height * aspect));
  const height = Math.min(TILE.height, Math.round(TILE.width / aspect));
  return {
    left: (place % TILE.perSide) * TILE.width + Math.floor((TILE.width - width) / 2),
    top: Math.floor((place % 256) / TILE.perSide) * TILE.height + Math.floor((TILE.height - height) / 2),
    width,
    height,
  };
}

/** One labelled picture in its video's own shape. `show` never leaves another frame's picture. */
export class Picture {
  /** @param {string} label */
  constructor(label) {
    this.node = element("figure", "vab-picture");
    this.box = element("div", "vab-picture-box");
    this.canvas = element("canvas");
    this.full = element("img", "", undefined, { alt: "" });
    this.box.append(this.canvas, this.full);
    this.caption = element("figcaption", "vab-label", label);
    this.node.append(this.box, this.caption);
    this.turn = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
  }

  /**
   * `place` is the tile's number in its atlas; the tile is cut to the picture in it.
   * @typedef {{ alt: string, aspect: number, atlasUrl: string, place: number, fullUrl: string, dwell: boolean }} Shown
   * @param {Shown} shown
   */
  show({ alt, aspect, atlasUrl, place, fullUrl, dwell }) {
    const turn = (this.turn += 1);
    clearTimeout(this.waiting);
    this.box.style.aspectRatio = String(aspect);
    this.box.classList.remove("vab-missing");
    this.full.alt = alt;
    this.full.classList.remove("vab-loaded");
    this.full.removeAttribute("src");
    this.canvas.width = this.canvas.height = 0;
    const page = atlas(atlasUrl);
    const draw = () => turn === this.turn && this.drawTile(page.image, place, aspect);
    if (page.ready) draw();
    else page.arrived.then(draw, () => {});
    if (dwell) this.waiting = setTimeout(() => this.sharpen(fullUrl, turn), DWELL_MS);
    else this.sharpen(fullUrl, turn);
  }

  /** @param {HTMLImageElement} image @param {number} place @param {number} aspect */
  drawTile(image, place, aspect) {
    const { left, top, width, height } = tileCut(place, aspect);
    this.canvas.width = width * 4;
    this.canvas.height = height * 4;
    const context = pen(this.canvas);
    context.imageSmoothingQuality = "high";
    context.drawImage(image, left, top, width, height, 0, 0, width * 4, height * 4);
  }

  /** @param {string} url @param {number} turn */
  sharpen(url, turn) {
    const probe = new Image();
    probe.onload = () => {
      if (turn !== this.turn) return;
      this.full.src = url;
      this.full.classList.add("vab-loaded");
    };
    probe.onerror = () => turn === this.turn && this.canvas.width === 0
      && this.box.classList.add("vab-missing");
    probe.src = url;
  }
}

/**
 * What `Picture.show` needs to show a row's frame.
 * @param {Pictured} view
 * @param {number} row
 * @param {boolean} dwell
 */
export function framePicture(view, row, dwell) {
  const video = view.videoOf(row);
  return {
    aspect: video.aspect,
    dwell,
    alt: `Frame of ${video.title}, ${clock(view.rows.time[row])}`,
    atlasUrl: pictures.frameAtlas(view.rows, row),
    place: view.rows.index[row] % 256,
    fullUrl: pictures.frame(view.rows, row),
  };
}

/** The two pictures of one row: the frame, and what the model makes of its latent. */
export class PicturePair {
  constructor() {
    this.node = element("div", "vab-pair");
    this.frame = new Picture("frame");
    this.decoded = new Picture("decoded");
    this.node.append(this.frame.node, this.decoded.node);
  }

  /** @param {Pictured} view @param {number} row @param {boolean} dwell */
  show(view, row, dwell) {
    const { data, rows } = view;
    const video = view.videoOf(row);
    const shared = { aspect: video.aspect, dwell };
    const said = `${video.title}, ${clock(rows.time[row])}`;
    this.node.classList.toggle("vab-upright", video.aspect < 1);
    this.frame.show(framePicture(view, row, dwell));
    this.decoded.show({
      ...shared,
      alt: `Decoded from the latent of ${said}`,
      atlasUrl: pictures.decodedAtlas(data.run, row),
      place: row % 256,
      fullUrl: pictures.decoded(data.run, rows, row),
    });
  }
}
