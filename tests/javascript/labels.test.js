// Labels: the first come first, and none lies over another.

import assert from "node:assert/strict";
import { test } from "node:test";

import { withoutOverlap } from "../../pages/parts/map/js/model/labels.js";

const box = (x, y, width = 40, height = 20) => ({ x, y, width, height });

test("what would lie over one that is there waits", () => {
  assert.deepEqual(withoutOverlap([box(0, 0), box(30, 5), box(60, 5), box(30, 40)]), [true, false, true, true]);
});

test("what is hidden takes no room, and edges may touch", () => {
  assert.deepEqual(withoutOverlap([box(0, 0), box(30, 0), box(65, 0), box(0, 20)]), [true, false, true, true]);
  assert.deepEqual(withoutOverlap([]), []);
});
