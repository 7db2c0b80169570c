// What part of a map is in sight: the same scale across and up, in a window of any shape.

import assert from "node:assert/strict";
import { test } from "node:test";

import { equalScale, extent, whole } from "../../core/charts/js/equal_scale.js";

const unit = ({ x, y }, across, up) => [(x[1] - x[0]) / across, (y[1] - y[0]) / up];
const places = { x: Float32Array.of(-3, 1, 5), y: Float32Array.of(10, 30, 20) };

test("a unit is as long across as up, and what was in sight stays, about its middle", () => {
  const made = equalScale({ x: [0, 4], y: [2, 4] }, 300, 600);
  const [across, up] = unit(made, 300, 600);
  assert.equal(across, up);
  assert.deepEqual(made, { x: [0, 4], y: [-1, 7] });
  assert.deepEqual(equalScale(made, 300, 600), made);
});

test("all points are in sight, with room around them", () => {
  for (const [wide, high] of [[800, 400], [300, 900], [20, 20]]) {
    const { x, y } = whole(places, wide, high);
    const [across, up] = unit({ x, y }, wide, high);
    assert.ok(Math.abs(across - up) < 1e-9);
    assert.ok(x[0] < -3 && x[1] > 5 && y[0] < 10 && y[1] > 30);
  }
});

test("one point, or none, still has a window", () => {
  for (const few of [Float32Array.of(2), new Float32Array()]) {
    const { x, y } = whole({ x: few, y: few }, 800, 400);
    assert.ok(x[1] > x[0] && y[1] > y[0]);
    assert.equal(x[1] - x[0], 2 * (y[1] - y[0]));
  }
  assert.deepEqual(extent({ x: new Float32Array(), y: new Float32Array() }), { x: [0, 0], y: [0, 0] });
});
