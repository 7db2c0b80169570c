// Selections: what a box and a lasso enclose, and how frames are written down and read.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Outline, readRows, written } from "../../pages/parts/map/js/model/selection.js";
import { rowsOf } from "./rows.js";

const view = {
  rows: { count: 4 },
  pixel: (row) => [[10, 10], [50, 50], [90, 10], [50, 12]][row],
};

test("a box holds what lies between its corners", () => {
  const box = new Outline("box", 0, 0);
  box.to(60, 30);
  assert.deepEqual(box.rows(view), [0, 3]);
  assert.ok(box.large);
});

test("a lasso holds what lies inside its line, also of a bent one", () => {
  const lasso = new Outline("lasso", 0, 0);
  for (const [x, y] of [[100, 0], [100, 20], [52, 20], [50, 6], [48, 20], [0, 20]]) lasso.to(x, y);
  assert.deepEqual(lasso.rows(view), [0, 2]); // 3 lies in the notch
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
