// Selections: what a box and a lasso enclose, and how frames are written down and read.

import assert from "node:assert/strict";
import { test } from "node:test";

import { outline } from "../../core/charts/js/frame_plot.js";
import { combined, readRows, rowsInside, written } from "../../pages/parts/map/js/model/selection.js";
import { rowsOf } from "./rows.js";

const places = { x: [10, 50, 90, 50], y: [10, 50, 10, 12] };

test("a box holds what lies between its corners", () => {
  const corners = outline({ range: { x: [0, 60], y: [30, 0] } });
  assert.deepEqual(rowsInside(corners, places), [0, 3]);
  assert.equal(outline(undefined), null); // a click ends as an outline of nothing
});

test("a lasso holds what lies inside its line, also of a bent one", () => {
  const lassoPoints = { x: [0, 100, 100, 52, 50, 48, 0], y: [0, 0, 20, 20, 6, 20, 20] };
  assert.deepEqual(rowsInside(outline({ lassoPoints }), places), [0, 2]); // 3 lies in the notch
});

test("with shift rows are added, with alt taken away", () => {
  assert.deepEqual(combined([1, 2], [2, 3], {}), [2, 3]);
  assert.deepEqual(combined([1, 2], [2, 3], { shiftKey: true }), [1, 2, 3]);
  assert.deepEqual(combined([1, 2], [2, 3], { altKey: true }), [1]);
});

test("frames are written as stretches of each video, whatever their order", () => {
  const rows = rowsOf({ a: 5, b: 3 });
  assert.equal(written(rows, [6, 0, 1, 2, 4]), "a:0-2,4;b:1");
  assert.deepEqual(readRows(rows, "a:0-2,4;b:1"), [0, 1, 2, 4, 6]);
  assert.equal(written(rows, []), "");
});

test("what a run has not is passed over", () => {
  const rows = rowsOf({ a: 5, b: 3 });
  assert.deepEqual(readRows(rows, "c:1;b:2-900000000;a:x;;a:1"), [7, 1]);
});
