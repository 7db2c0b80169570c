// Which point the arrow keys go to.

/**
 * The nearest row in a direction from another: what lies aside counts as farther away. `order` are
 * the rows that are drawn, `pixel(row)` is where a row is in the window, y downwards.
 * @param {Iterable<number>} order
 * @param {(row: number) => number[]} pixel
 * @param {number} from
 * @param {number[]} way
 */
export function nearestAhead(order, pixel, from, [dx, dy]) {
  const [x, y] = pixel(from);
  let [best, nearest] = [from, Infinity];
  for (const row of order) {
    const [px, py] = pixel(row);
    const ahead = (px - x) * dx + (py - y) * dy;
    const aside = Math.abs((px - x) * dy) + Math.abs((py - y) * dx);
    if (ahead <= 0.5 || aside > 2 * ahead) continue;
    const far = ahead + 2 * aside;
    if (far < nearest) [best, nearest] = [row, far];
  }
  return best;
}

/**
 * The row nearest to a pixel; null where none is drawn.
 * @param {Iterable<number>} order
 * @param {(row: number) => number[]} pixel
 * @param {number[]} place
 */
export function nearestTo(order, pixel, [x, y]) {
  let [best, nearest] = [/** @type {number | null} */ (null), Infinity];
  for (const row of order) {
    const [px, py] = pixel(row);
    const far = (px - x) ** 2 + (py - y) ** 2;
    if (far < nearest) [best, nearest] = [row, far];
  }
  return best;
}
