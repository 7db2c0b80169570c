// The keyboard's way: the nearest point in the direction of an arrow.

import assert from "node:assert/strict";
import { test } from "node:test";

import { nearestAhead, nearestTo } from "../../pages/parts/map/js/model/ahead.js";

const places = [[0, 0], [10, 1], [12, 30], [-5, 2], [3, -9], [40, 0]];
const order = Int32Array.from(places.keys());
const pixel = (row) => places[row];

test("an arrow goes to what lies ahead, not to what is nearer aside", () => {
  const to = (way, from = 0) => nearestAhead(order, pixel, from, way);
  assert.equal(to([1, 0]), 1);
  assert.equal(to([-1, 0]), 3);
  assert.equal(to([0, -1]), 4); // y grows downwards
  assert.equal(to([0, 1]), 2);
  assert.equal(to([1, 0], 5), 5); // nothing is farther: one stays
});

test("the first arrow begins in the middle; where nothing is drawn nowhere", () => {
  assert.equal(nearestTo(order, pixel, [11, 20]), 2);
  assert.equal(nearestTo(new Int32Array(), pixel, [0, 0]), null);
});
