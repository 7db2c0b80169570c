// A frame and its decoded keyframe side by side: at once from the atlases, then in full.

import { clock } from "../../../core/format.js";
import { pictures } from "./data.js";
import { element } from "../../../core/charts/js/elements.js";

const TILE = { width: 100, height: 60, perSide: 16 };
const DWELL_MS = 70; // how long a pointer rests before the full pictures are fetched
const atlases = new Map();

export function atlas(url) {
  if (!atlases.has(url)) {
    const image = new Image();
    atlases.set(url, new Promise((resolve, reject) => {
      image.onload = () => image.decode().then(() => resolve(image), () => resolve(image));
      image.onerror = () => { atlases.delete(url); reject(new Error(url)); };
      image.src = url;
    }));
    atlases.get(url).then((loaded) => { loaded.ready = true; }, () => {});
    atlases.get(url).image = image;
  }
  return atlases.get(url);
}

/** Fetch every atlas page of a run ahead of the pointer, unless there are very many. */
export function warmAtlases(view) {
  const { data, rows } = view;
  const urls = new Set();
  for (let row = 0; row < rows.count; row += 1) {
    urls.add(pictures.frameAtlas(rows, row));
    urls.add(pictures.decodedAtlas(data.run, row));
  }
  if (urls.size <= 48) urls.forEach((url) => atlas(url).catch(() => {}));
}

/** Where the picture of a tile lies in its atlas: in the middle of the tile, in its own shape. */
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
  constructor(label) {
    this.node = element("figure", "vab-picture");
    this.box = element("div", "vab-picture-box");
    this.canvas = element("canvas");
    this.full = element("img", "", undefined, { alt: "" });
    this.box.append(this.canvas, this.full);
    this.caption = element("figcaption", "vab-label", label);
    this.node.append(this.box, this.caption);
    this.turn = 0;
  }

  /** `place` is the tile's number in its atlas; the tile is cut to the picture in it. */
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
    const draw = (image) => turn === this.turn && this.drawTile(image, place, aspect);
    if (page.image.ready) draw(page.image);
    else page.then(draw, () => {});
    if (dwell) this.waiting = setTimeout(() => this.sharpen(fullUrl, turn), DWELL_MS);
    else this.sharpen(fullUrl, turn);
  }

  drawTile(image, place, aspect) {
    const { left, top, width, height } = tileCut(place, aspect);
    this.canvas.width = width * 4;
    this.canvas.height = height * 4;
    const context = this.canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, left, top, width, height, 0, 0, width * 4, height * 4);
  }

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

/** What `Picture.show` needs to show a row's frame. */
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

  show(view, row, dwell) {
    const { data, rows } = view;
    const video = data.videos[rows.videos[rows.video[row]]];
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
