// Classes of points: all rows once, the faint below, and no colour above all others.

import assert from "node:assert/strict";
import { test } from "node:test";

import { pointClasses } from "../../core/charts/js/classes.js";

const order = Int32Array.from({ length: 4000 }, (_, i) => (i * 1237) % 4000);
const colours = Array.from({ length: 4000 }, (_, row) => ["#a00000", "#0a0000", "#00a000"][row % 3]);

test("each row is in one class, of its own colour", () => {
  const classes = pointClasses(order, colours, new Uint8Array(4000), "#999999");
  const rows = classes.flatMap((one) => one.rows);
  assert.deepEqual([...rows].sort((a, b) => a - b), [...Array(4000).keys()]);
  for (const { colour, rows: own } of classes) assert.ok(own.every((row) => colours[row] === colour));
  assert.ok(classes.length <= 24);
});

test("the last rows drawn are of every colour", () => {
  const classes = pointClasses(order, colours, new Uint8Array(4000), "#999999");
  assert.deepEqual(new Set(classes.slice(-3).map((one) => one.colour)), new Set(colours));
});

test("what is faint is grey, and lies below", () => {
  const faint = Uint8Array.from(colours, (colour) => Number(colour !== "#00a000"));
  const [below, ...above] = pointClasses(order, colours, faint, "#999999");
  assert.deepEqual([below.colour, below.faint, below.rows.length], ["#999999", true, faint.filter(Boolean).length]);
  assert.ok(above.every((one) => one.colour === "#00a000" && !one.faint));
  assert.deepEqual(pointClasses(order, colours, new Uint8Array(4000).fill(1), "#999999").length, 1);
});

test("of a run of which a part is drawn only that part is", () => {
  const classes = pointClasses(Int32Array.of(5, 1, 9), colours, new Uint8Array(4000), "#999999");
  assert.deepEqual(classes.flatMap((one) => one.rows).sort(), [1, 5, 9]);
});
