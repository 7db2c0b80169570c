// Which part of the map is in the window: places in data units to pixels and back, one scale.

const MARGIN = 0.92; // of the window that all points fill when everything is shown
const BARS = { top: 72, right: 40 }; // pixels that the toolbars cover, left free then
const kept = new Map(); // the view of each map, so that it outlives the element it was drawn in

export class Viewport {
  constructor() {
    this.width = this.height = 1;
    [this.x, this.y, this.scale] = [0, 0, 1]; // the middle in data units; pixels per unit
    this.name = "";
  }

  /** Begin with a map of this name: where it was left, or all of it. */
  open(name, places) {
    this.name = name;
    this.box = bounds(places);
    const before = kept.get(name);
    if (before) [this.x, this.y, this.scale] = before;
    else this.fit();
    this.keep();
  }

  get smallest() {
    const { left, right, low, high } = this.box;
    const [width, height] = [this.width - BARS.right, this.height - BARS.top];
    return MARGIN * Math.min(Math.max(width, 1) / Math.max(right - left, 1e-9),
      Math.max(height, 1) / Math.max(high - low, 1e-9));
  }

  /** What lies in the middle of the window when everything is shown, in data units. */
  get middle() {
    const { left, right, low, high } = this.box;
    return [(left + right + BARS.right / this.smallest) / 2, (low + high + BARS.top / this.smallest) / 2];
  }

  fit() {
    this.fitted = true;
    [this.x, this.y, this.scale] = [...this.middle, this.smallest];
    kept.delete(this.name);
  }

  resize(width, height) {
    if (width === this.width && height === this.height) return;
    const before = Math.min(this.width, this.height);
    [this.width, this.height] = [width, height];
    if (!this.box) return;
    if (this.fitted) this.fit();
    else this.scale *= Math.min(width, height) / Math.max(before, 1);
  }

  /** The pixel of a place; y grows upwards in data units. */
  pixel(x, y) {
    return [this.width / 2 + (x - this.x) * this.scale, this.height / 2 - (y - this.y) * this.scale];
  }

  place(left, top) {
    return [this.x + (left - this.width / 2) / this.scale, this.y - (top - this.height / 2) / this.scale];
  }

  /** Zoom by a factor; what is at the pixel stays there. */
  zoom(factor, left = this.width / 2, top = this.height / 2) {
    const [x, y] = this.place(left, top);
    this.scale = Math.min(Math.max(this.scale * factor, this.smallest / 4), this.smallest * 2000);
    this.x = x - (left - this.width / 2) / this.scale;
    this.y = y + (top - this.height / 2) / this.scale;
    this.keep();
  }

  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
    this.keep();
  }

  /** Bring a place into the window, if it is not in it. */
  reveal(x, y) {
    const [left, top] = this.pixel(x, y);
    if (left > 20 && top > 20 && left < this.width - 20 && top < this.height - 20) return;
    [this.x, this.y] = [x, y];
    this.keep();
  }

  keep() {
    if (this.fitted === undefined) this.fitted = false;
    const [x, y] = this.box ? this.middle : [0, 0];
    const all = this.box && Math.abs(this.scale / this.smallest - 1) < 1e-6
      && Math.abs(this.x - x) * this.scale < 1e-3 && Math.abs(this.y - y) * this.scale < 1e-3;
    this.fitted = all;
    if (all) kept.delete(this.name);
    else kept.set(this.name, [this.x, this.y, this.scale]);
  }
}

function bounds({ x, y }) {
  const box = { left: Infinity, right: -Infinity, low: Infinity, high: -Infinity };
  for (let row = 0; row < x.length; row += 1) {
    if (x[row] < box.left) box.left = x[row];
    if (x[row] > box.right) box.right = x[row];
    if (y[row] < box.low) box.low = y[row];
    if (y[row] > box.high) box.high = y[row];
  }
  return x.length ? box : { left: 0, right: 1, low: 0, high: 1 };
}
