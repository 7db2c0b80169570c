// Frames chosen with a box or a lasso: which rows lie inside, and how they are written down.

/** What a hand drags out: a box or a free line, in the map's pixels. */
export class Outline {
  constructor(kind, x, y) {
    this.kind = kind;
    this.points = [[x, y]];
  }

  to(x, y) {
    const [lastX, lastY] = this.points.at(-1);
    if (this.kind === "box") this.points[1] = [x, y];
    else if (Math.hypot(x - lastX, y - lastY) > 2) this.points.push([x, y]);
  }

  get corners() {
    if (this.kind !== "box" || this.points.length < 2) return this.points;
    const [[x, y], [x2, y2]] = this.points;
    return [[x, y], [x2, y], [x2, y2], [x, y2]];
  }

  get large() {
    const [xs, ys] = [0, 1].map((axis) => this.points.map((point) => point[axis]));
    return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)) > 4;
  }

  /** The rows whose points lie inside. */
  rows(view) {
    const { corners } = this;
    const [xs, ys] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
    const found = [];
    for (let row = 0; row < view.rows.count; row += 1) {
      const [x, y] = view.pixel(row);
      if (x < left || x > right || y < top || y > bottom) continue;
      if (this.kind === "box" || inside(corners, x, y)) found.push(row);
    }
    return found;
  }
}

/** Whether a point lies in a polygon: it crosses the edge an odd number of times. */
function inside(corners, x, y) {
  let within = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i, i += 1) {
    const [[x1, y1], [x2, y2]] = [corners[i], corners[j]];
    if ((y1 > y) !== (y2 > y) && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) within = !within;
  }
  return within;
}

/** The rows, in their order, as "video:0-12,15;other:3": the same frames always the same text. */
export function written(rows, chosen) {
  const parts = [];
  const sorted = Int32Array.from(chosen).sort();
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

/** The rows that such a text names; what this run has not is passed over. */
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
