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
  const below = { colour: grey, rows: Array.from(order).filter((row) => faint[row]), faint: true };
  const above = order.filter((row) => !faint[row]);
  const kinds = new Set(Array.from(above, (row) => colours[row])).size;
  const rounds = Math.min(MOST_ROUNDS, Math.max(1, Math.floor(MOST_CLASSES / Math.max(1, kinds))));
  const each = Math.max(1, Math.ceil(above.length / rounds));
  const classes = below.rows.length ? [below] : [];
  for (let from = 0; from < above.length; from += each) {
    classes.push(...ofOneColour(above.subarray(from, from + each), colours));
  }
  return classes;
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
