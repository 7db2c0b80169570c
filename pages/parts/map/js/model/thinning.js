// What there is room for: which pictures are taken where not all fit, and in which order.

/** @param {number} column @param {number} line */
export const cellOf = (column, line) => 4096 * column + line;

/**
 * Whether a picture at (x, y) would lie over one in a cell of that size or in those around it.
 * @param {Map<number, number[]>} cells
 * @param {number} x
 * @param {number} y
 * @param {number} across
 * @param {number} down
 */
export function taken(cells, x, y, across, down) {
  const [column, line] = [Math.floor(x / across), Math.floor(y / down)];
  for (let dx = -1; dx <= 1; dx += 1) {
    for (let dy = -1; dy <= 1; dy += 1) {
      const there = cells.get(cellOf(column + dx, line + dy));
      if (there && Math.abs(there[0] - x) < across && Math.abs(there[1] - y) < down) return true;
    }
  }
  return false;
}

/**
 * Which rows are taken first where there is not room for all: mixed, and always the same way.
 * @param {ArrayLike<number>} rows
 */
export function mixedOrder(rows) {
  const order = Int32Array.from(rows);
  let state = 1;
  for (let i = order.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
    const j = state % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
