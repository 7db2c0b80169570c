// Draws the points into a canvas, pixel by pixel: 50,000 of them in a few tens of milliseconds,
// the same with and without a graphics card, and a new colour costs no more than a new frame.

const STEPS = 4; // a disc is kept for each quarter of a pixel that it may be moved by

export class PointLayer {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  /** `order` lists the rows to draw, the last on top; `colours` (N,) are packed by `packed`.
   * `size` is the diameter in CSS pixels, `line` {colour, width} a rim around each point. */
  draw(viewport, places, order, colours, size, line) {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(viewport.width * ratio), Math.round(viewport.height * ratio)];
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const discs = this.discs((size * ratio) / 2, line.width * ratio);
    const pad = discs.reach + 1; // so that a disc at the edge needs no clipping
    const across = width + 2 * pad;
    const image = this.image(across, height + 2 * pad);
    const pixels = this.pixels;
    pixels.fill(0);
    const rim = packed(line.colour);
    const scale = viewport.scale * ratio;
    const left = width / 2 - viewport.x * scale + pad;
    const top = height / 2 + viewport.y * scale + pad;
    const [lowest, right, bottom] = [pad - discs.reach, width + pad, height + pad];
    for (let i = 0; i < order.length; i += 1) {
      const row = order[i];
      const x = left + places.x[row] * scale;
      const y = top - places.y[row] * scale;
      if (!(x >= lowest && y >= lowest && x < right && y < bottom)) continue;
      const [column, line_] = [Math.floor(x), Math.floor(y)];
      const round = discs.of[Math.floor((y - line_) * STEPS) * STEPS + Math.floor((x - column) * STEPS)];
      stamp(pixels, line_ * across + column, across, round, colours[row], rim);
    }
    this.context.putImageData(image, -pad, -pad);
  }

  image(width, height) {
    if (this.kept?.width !== width || this.kept.height !== height) {
      this.kept = new ImageData(width, height);
      this.pixels = new Uint32Array(this.kept.data.buffer);
    }
    return this.kept;
  }

  /** The discs of one radius and rim, for every place within a pixel; kept until they change. */
  discs(radius, rim) {
    const name = `${radius} ${rim}`;
    if (this.discsName !== name) {
      this.discsName = name;
      const reach = Math.ceil(radius + rim) + 1;
      const of = [];
      for (let i = 0; i < STEPS * STEPS; i += 1) {
        of.push(disc(radius, rim, ((i % STEPS) + 0.5) / STEPS, (Math.floor(i / STEPS) + 0.5) / STEPS, reach));
      }
      this.kept_discs = { reach, of };
    }
    return this.kept_discs;
  }
}

/** The pixels of a disc around (x, y) in its own pixel: where, how much, and how much is rim. */
function disc(radius, rim, x, y, reach) {
  const found = { dx: [], dy: [], cover: [], rim: [] };
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) {
      const far = Math.hypot(dx + 0.5 - x, dy + 0.5 - y);
      const cover = Math.min(Math.max(radius + rim + 0.5 - far, 0), 1);
      if (cover < 1 / 255) continue;
      const inside = rim ? Math.min(Math.max(radius + 0.5 - far, 0), 1) : 1;
      found.dx.push(dx);
      found.dy.push(dy);
      found.cover.push(Math.round(255 * cover));
      found.rim.push(Math.round(255 * (1 - inside)));
    }
  }
  return { dx: Int16Array.from(found.dx), dy: Int16Array.from(found.dy),
    cover: Uint8Array.from(found.cover), rim: Uint8Array.from(found.rim) };
}

function stamp(pixels, start, across, { dx, dy, cover, rim }, colour, rimColour) {
  for (let i = 0; i < dx.length; i += 1) {
    const at = start + dy[i] * across + dx[i];
    const ink = rim[i] === 0 ? colour : rim[i] === 255 ? rimColour : mixed(colour, rimColour, rim[i]);
    pixels[at] = cover[i] === 255 ? ink : over(ink, cover[i], pixels[at]);
  }
}

/** Two packed opaque colours, `share` of 255 of the second. */
export function mixed(a, b, share) {
  const rest = 255 - share;
  const red = ((a & 255) * rest + (b & 255) * share) / 255;
  const green = (((a >>> 8) & 255) * rest + ((b >>> 8) & 255) * share) / 255;
  const blue = (((a >>> 16) & 255) * rest + ((b >>> 16) & 255) * share) / 255;
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

/** An opaque colour, `cover` of 255 of it, over what is there. */
function over(ink, cover, below) {
  const there = below >>> 24;
  if (there === 255) return mixed(below, ink, cover);
  const rest = (there * (255 - cover)) / 255;
  const alpha = cover + rest;
  const red = ((ink & 255) * cover + (below & 255) * rest) / alpha;
  const green = (((ink >>> 8) & 255) * cover + ((below >>> 8) & 255) * rest) / alpha;
  const blue = (((ink >>> 16) & 255) * cover + ((below >>> 16) & 255) * rest) / alpha;
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

const inks = new Map();
let pen = null;

/** A CSS colour as one number, alpha blue green red; opaque. */
export function packed(colour) {
  if (!inks.has(colour)) {
    pen ??= Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
      .getContext("2d", { willReadFrequently: true });
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
    inks.set(colour, (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0);
  }
  return inks.get(colour);
}
