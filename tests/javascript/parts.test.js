// The parts of a cluster on the map: whose rows they are, also on a map of another run.

import assert from "node:assert/strict";
import { test } from "node:test";

import { partRows } from "../../pages/parts/map/js/model/parts.js";

const parts = { of: Uint8Array.of(1, 2, 1, 0), words: { 3: [["a"], []] } };

test("each part has its rows, those that are shown", () => {
  assert.deepEqual(partRows(parts, 3, [0, 1, 2, 3], null, () => true), [[0, 2], [1]]);
  assert.deepEqual(partRows(parts, 3, [0, 1, 2, 3], null, (row) => row > 0), [[2], [1]]);
});

test("on a map of other rows they are those of the same frames", () => {
  assert.deepEqual(partRows(parts, 3, [0, 1, 2], Int32Array.of(2, -1, 1), () => true), [[0], [2]]);
});

test("a cluster without parts has none", () => assert.deepEqual(partRows(parts, 4, [0], null, () => true), []));
