// Pictures instead of dots: small ones out of the atlases, as many as fit without overlapping.

const MOST_TILES = 400;
const MOST_PAGES = 40; // atlas pages fetched for one view; of the rest the dots are shown
const TILE_WIDE = 58; // CSS pixels

class TileLayer {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.placed = []; // [{row, x, y, width, height}], the first below
    this.kind = ""; // "", "frame" or "decoded"
    this.turn = 0;
  }

  /** Draw what fits; `again` is called when further pictures have arrived. */
  draw(view, again) {
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = view.viewport;
    const turn = (this.turn += 1);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.placed = this.kind ? this.thinned(view) : [];
    this.canvas.hidden = !this.kind;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.imageSmoothingQuality = "high";
    for (const tile of this.placed) {
      const { url, place } = this.source(view, tile.row);
      const page = atlas(url);
      if (page.image.ready || page.image.complete) this.paint(view, tile, page.image, place);
      else page.then(() => turn === this.turn && again(), () => {});
    }
  }

  source(view, row) {
    return this.kind === "frame"
      ? { url: pictures.frameAtlas(view.rows, row), place: view.rows.index[row] % 256 }
      : { url: pictures.decodedAtlas(view.data.run, row), place: row % 256 };
  }

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
   * that mostly the same ones stay while the map is moved. */
  thinned(view) {
    const { viewport } = view;
    const cells = new Map();
    const upright = view.rows.videos.some((id) => view.data.videos[id].aspect < 1.5);
    const [across, down] = [TILE_WIDE + 4, upright ? TILE_WIDE + 4 : TILE_WIDE / 1.5 + 4];
    const pages = new Set();
    const found = [];
    const faint = view.faint;
    for (const row of view.mixedOrder) {
      if (found.length >= MOST_TILES) break;
      if (faint[row]) continue;
      const [x, y] = view.pixel(row);
      if (x < 0 || y < 0 || x > viewport.width || y > viewport.height) continue;
      const { aspect } = view.videoOf(row);
      const high = aspect >= 1 ? TILE_WIDE / aspect : TILE_WIDE;
      const wide = aspect >= 1 ? TILE_WIDE : TILE_WIDE * aspect;
      if (taken(cells, x, y, across, down)) continue;
      const { url } = this.source(view, row);
      if (!pages.has(url) && pages.size >= MOST_PAGES) continue;
      pages.add(url);
      cells.set(cellOf(Math.floor(x / across), Math.floor(y / down)), [x, y]);
      found.push({ row, x: x - wide / 2, y: y - high / 2, width: wide, height: high });
    }
    return found;
  }

  rowAt(x, y) {
    return this.placed.find((tile) => x >= tile.x && y >= tile.y && x <= tile.x + tile.width
      && y <= tile.y + tile.height)?.row ?? null;
  }
}

const cellOf = (column, line) => 4096 * column + line;

/** Whether a picture at (x, y) would lie over one in a cell of that size or in those around it. */
function taken(cells, x, y, across, down) {
  const [column, line] = [Math.floor(x / across), Math.floor(y / down)];
  for (let dx = -1; dx <= 1; dx += 1) {
    for (let dy = -1; dy <= 1; dy += 1) {
      const there = cells.get(cellOf(column + dx, line + dy));
      if (there && Math.abs(there[0] - x) < across && Math.abs(there[1] - y) < down) return true;
    }
  }
  return false;
}

/** Which rows are taken first where there is not room for all: mixed, and always the same way. */
function mixedOrder(rows) {
  const order = Int32Array.from(rows);
  let state = 1;
  for (let i = order.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
    const j = state % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
