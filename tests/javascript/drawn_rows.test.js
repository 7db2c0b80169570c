import assert from "node:assert/strict";
import { test } from "node:test";

import { evenRows } from "../../pages/parts/browser/data.js";
import { DrawnRows, drawnFirst, inSight } from "../../pages/parts/map/js/model/drawn_rows.js";

test("what is drawn of the whole map comes first, then every other row once", () => {
  const shown = Int32Array.from([1, 5, 9]);
  const order = drawnFirst(shown, 12);
  assert.deepEqual([...order.subarray(0, 3)].sort(), [1, 5, 9]);
  assert.deepEqual([...order].sort((a, b) => a - b), [...Array(12).keys()]);
  assert.deepEqual([...drawnFirst(null, 4)].sort(), [0, 1, 2, 3]);
});

test("of the rows in sight and beside it the first are drawn, the farther ones are not", () => {
  const places = { x: Float32Array.from([0, 1, 2, 3, 10]), y: new Float32Array(5) };
  const ranges = { x: [0, 2], y: [-1, 1] };
  const order = Int32Array.from([4, 3, 2, 1, 0]);
  assert.deepEqual([...inSight(order, places, ranges, 9)], [3, 2, 1, 0]);
  assert.deepEqual([...inSight(order, places, ranges, 2)], [3, 2]);
});

test("stretches become rows again", () => {
  const rows = evenRows({ video: Uint16Array.from([0, 1, 1]), index: Int32Array.from([3, 0, 7]),
    time: Float64Array.from([6, 0, 14.5]), count: Int32Array.from([2, 3, 1]), step: Float64Array.from([2, 0.1, 0]) });
  assert.deepEqual([...rows.video], [0, 0, 1, 1, 1, 1]);
  assert.deepEqual([...rows.index], [3, 4, 0, 1, 2, 7]);
  assert.deepEqual([...rows.time], [6, 8, 0, 0.1, 0.2, 14.5].map(Math.fround));
});

test("a map that draws three of nine rows says which, and draws others where one goes", () => {
  const drawn = new DrawnRows();
  const places = { x: Float32Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8]), y: new Float32Array(9) };
  drawn.sift({ shown: Int32Array.from([0, 4, 8]), count: 9 }, () => true);
  const whole = { x: [-1, 9], y: [-1, 1] };
  assert.equal(drawn.take(places, whole), false);
  assert.deepEqual([...drawn.rows].sort(), [0, 4, 8]);
  assert.match(drawn.said, /^3 of 9 frames drawn/);
  assert.equal(drawn.take(places, { x: [6.6, 7.4], y: [-1, 1] }), true);
  assert.deepEqual([...drawn.rows], [7]);
  assert.match(drawn.said, /^every frame in sight drawn, of 9 frames/);
  drawn.sift({ shown: Int32Array.from([0, 4, 8]), count: 9 }, (row) => row < 2);
  assert.deepEqual([...drawn.rows].sort(), [0, 1]);
  assert.equal(drawn.said, "");
});
