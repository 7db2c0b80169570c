import assert from "node:assert/strict";
import { test } from "node:test";

import { evenRows } from "../../pages/parts/browser/data.js";
import { drawnFirst, inSight } from "../../pages/parts/map/js/model/drawn_rows.js";

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
