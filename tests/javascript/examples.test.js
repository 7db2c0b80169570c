// Pictures among the dots: the densest places first, none over another or over a label.

import assert from "node:assert/strict";
import { test } from "node:test";

import { denseOrder, examples, examplesAt } from "../../pages/parts/map/js/model/examples.js";

const places = { x: Float32Array.of(0, 100, 50, 50.1, 50.2, 90), y: Float32Array.of(0, 100, 50, 50, 50, 10) };
const order = Int32Array.of(5, 0, 1, 4, 3, 2);
const pixel = (row) => [4 * places.x[row], 4 * places.y[row] + 60];
const size = () => ({ width: 50, height: 30 });
const area = { width: 400, height: 500 };

test("none while all is shown, more the nearer", () => {
  assert.equal(examplesAt(1), 0);
  assert.ok(examplesAt(2) > 0 && examplesAt(4) > examplesAt(2));
  assert.ok(examplesAt(1000) <= 40);
});

test("where most frames lie comes first", () => {
  const dense = denseOrder(order, places);
  assert.deepEqual([...dense.slice(0, 3)].sort(), [2, 3, 4]);
  assert.deepEqual([...dense].sort(), [0, 1, 2, 3, 4, 5]);
});

test("one of frames that lie on each other, none out of sight", () => {
  const found = examples(denseOrder(order, places), pixel, size, area, [], 9);
  assert.deepEqual(found.map(({ row }) => row), [2, 5]); // 0 and 1 would stand over the edge
  const [first] = found;
  assert.ok(first.y + first.height <= pixel(2)[1], "the point stays to be seen");
});

test("a label is left free, and no more than asked for are taken", () => {
  const label = { x: 200, y: 240, width: 80, height: 20 };
  assert.deepEqual(examples(denseOrder(order, places), pixel, size, area, [label], 9).map(({ row }) => row), [5]);
  assert.equal(examples(denseOrder(order, places), pixel, size, area, [], 1).length, 1);
});
