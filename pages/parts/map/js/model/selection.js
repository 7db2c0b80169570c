// Frames chosen with a box or a lasso: which rows lie inside, and how they are written down.

/**
 * The rows of a map whose points lie inside a box or a lasso.
 * @param {number[][]} corners
 * @param {{ x: Float32Array, y: Float32Array }} places
 */
export function rowsInside(corners, places) {
  const [xs, ys] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const found = [];
  for (let row = 0; row < places.x.length; row += 1) {
    const [x, y] = [places.x[row], places.y[row]];
    if (x >= left && x <= right && y >= low && y <= high && inside(corners, x, y)) found.push(row);
  }
  return found;
}

/**
 * A new selection; with shift it is added to the one there is, with alt taken away from it.
 * @param {number[]} before
 * @param {number[]} found
 * @param {{ shiftKey?: boolean, altKey?: boolean }} keys
 */
export function combined(before, found, { shiftKey, altKey }) {
  if (!altKey) return shiftKey ? [...new Set([...before, ...found])] : found;
  const gone = new Set(found);
  return before.filter((row) => !gone.has(row));
}

/**
 * Whether a point lies in a polygon: it crosses the edge an odd number of times.
 * @param {number[][]} corners
 * @param {number} x
 * @param {number} y
 */
function inside(corners, x, y) {
  let within = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i, i += 1) {
    const [[x1, y1], [x2, y2]] = [corners[i], corners[j]];
    if ((y1 > y) !== (y2 > y) && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) within = !within;
  }
  return within;
}

/**
 * The rows, in their order, as "video:0-12,15;other:3": the same frames always the same text.
 * @param {{ videos: string[], video: ArrayLike<number>, index: ArrayLike<number> }} rows
 * @param {Iterable<number>} chosen
 */
export function written(rows, chosen) {
  /** @type {string[]} */
  const parts = [];
  const sorted = Int32Array.from(chosen).sort();
  /** @type {[number | null, [number, number][]]} */
  let [video, stretches] = [null, []];
  const close = () => video !== null && parts.push(`${rows.videos[video]}:${stretches
    .map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(",")}`);
  for (const row of sorted) {
    const index = rows.index[row];
    if (rows.video[row] !== video) {
      close();
      [video, stretches] = [rows.video[row], []];
    }
    const open = stretches.at(-1);
    if (open && open[1] === index - 1) open[1] = index;
    else stretches.push([index, index]);
  }
  close();
  return parts.join(";");
}

/**
 * The rows that such a text names; what this run has not is passed over.
 * @param {Pick<import("../../../browser/data.js").Rows, "count" | "rowOf">} rows
 * @param {string} text
 */
export function readRows(rows, text) {
  const found = [];
  for (const part of text ? text.split(";") : []) {
    const [, video, stretches] = /^(.*):([\d,-]*)$/.exec(part) ?? [];
    for (const stretch of stretches ? stretches.split(",") : []) {
      const [first, last = first] = stretch.split("-").map(Number);
      for (let index = first; index <= last && index - first < rows.count; index += 1) {
        const row = rows.rowOf.get(`${video}:${index}`);
        if (row !== undefined) found.push(row);
      }
    }
  }
  return found;
}
