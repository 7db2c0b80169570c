// What a second map takes over from the first where their runs have other frames.

import assert from "node:assert/strict";
import { test } from "node:test";

import { carriedDivision, carriedMask, sameRows } from "../../pages/parts/map/js/model/second.js";

const rowsOf = (...frames) => ({ count: frames.length, videos: frames.map((frame) => frame.split(":")[0]),
  video: [...frames.keys()], index: frames.map((frame) => Number(frame.split(":")[1])),
  rowOf: new Map(frames.map((frame, row) => [frame, row])) });
const same = sameRows(rowsOf("b:1", "c:0", "a:0"), rowsOf("a:0", "b:0", "b:1"));
const division = { k: 2, numbers: [1, 2], labels: Uint16Array.of(1, 1, 2), members: [[], [0, 1], [2]],
  distance: Float32Array.of(0.1, 0.2, 0.3), probability: null };

test("rows are matched by their frames", () => assert.deepEqual([...same], [2, -1, 0]));

test("each frame has the cluster that it has on the first map, a strange one none", () => {
  const carried = carriedDivision(division, same);
  assert.deepEqual([...carried.labels], [2, 0, 1]);
  assert.deepEqual(carried.members, [[1], [2], [0]]);
  assert.ok(Number.isNaN(carried.distance[1]));
  assert.equal(carried.probability, null);
  assert.equal(carriedDivision(division, null), division);
  assert.equal(carriedDivision(null, same), null);
});

test("so is what is in colour", () => {
  assert.deepEqual([...carriedMask(Uint8Array.of(0, 1, 1), same)], [1, 0, 0]);
});
