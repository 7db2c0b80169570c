// Points in classes of one colour each: what Plotly draws anew in a third of the time of a colour a point.

const MOST_CLASSES = 24; // drawn one after the other, so that each costs a little
const MOST_ROUNDS = 4;

/**
 * The rows to draw in classes, the first below: the faint ones, then rounds of all colours, so that
 * no colour lies over all others. `order` is mixed, and says which rows are drawn.
 * @typedef {{ colour: string, rows: number[], faint: boolean }} PointClass
 * @param {Int32Array} order
 * @param {string[]} colours of every row
 * @param {Uint8Array} faint (N,) 1 where a row stays in the background
 * @param {string} grey
 * @returns {PointClass[]}
 */
export function pointClasses(order, colours, faint, grey) {
  const sorted = faintFirst(order, faint);
  let first = 0; // that is not faint
  while (first < sorted.length && faint[sorted[first]]) first += 1;
  const below = { colour: grey, rows: Array.from(sorted.subarray(0, first)), faint: true };
  const above = sorted.subarray(first);
  const found = new Set();
  for (const row of above) found.add(colours[row]);
  const kinds = found.size;
  const rounds = Math.min(MOST_ROUNDS, Math.max(1, Math.floor(MOST_CLASSES / Math.max(1, kinds))));
  const each = Math.max(1, Math.ceil(above.length / rounds));
  const classes = below.rows.length ? [below] : [];
  for (let from = 0; from < above.length; from += each) {
    classes.push(...ofOneColour(above.subarray(from, from + each), colours));
  }
  return classes;
}

/**
 * What lies below first, in the same order otherwise.
 * @param {Int32Array} order
 * @param {Uint8Array} faint
 */
export function faintFirst(order, faint) {
  const sorted = new Int32Array(order.length);
  let at = 0;
  for (const row of order) if (faint[row]) sorted[at++] = row;
  for (const row of order) if (!faint[row]) sorted[at++] = row;
  return sorted;
}

/** @param {Int32Array} rows @param {string[]} colours @returns {PointClass[]} */
function ofOneColour(rows, colours) {
  const found = new Map();
  for (const row of rows) {
    if (!found.has(colours[row])) found.set(colours[row], []);
    found.get(colours[row]).push(row);
  }
  return [...found].map(([colour, own]) => ({ colour, rows: own, faint: false }));
}
