// Colours by what the server measures, and by what people wrote of the videos.

import assert from "node:assert/strict";
import { test } from "node:test";

import { kindsOf, MEASURES, rowColours, written } from "../../core/charts/js/colours.js";

const palette = { clusters: ["#aa0000", "#00aa00"], time: ["#000000", "#ffffff"], grey: "#999999" };
const rows = { index: [0, 1, 2] };

test("a measure runs from the least to the greatest of the frames", () => {
  const said = { of: Float32Array.of(2, 6, 4), low: 2, high: 6, about: "light" };
  const view = { data: { palette }, rows, coloured: "brightness", extras: { of: () => said } };
  const { from, to, about } = MEASURES.brightness(view);
  assert.deepEqual([from, to, about], ["2.00", "6.00", "light"]);
  assert.deepEqual(rowColours(view), ["rgb(0,0,0)", "rgb(255,255,255)", "rgb(128,128,128)"]);
});

test("frames that are all alike have one colour, and what is not known yet is said", () => {
  const alike = { of: Float32Array.of(3, 3, 3), low: 3, high: 3, about: "" };
  const view = { data: { palette }, rows, coloured: "words", extras: { of: () => alike } };
  assert.equal(new Set(rowColours(view)).size, 1);
  const waiting = { ...view, extras: { of: () => null, said: () => undefined } };
  assert.equal(MEASURES.words(waiting).missing, "Measuring …");
  assert.deepEqual(rowColours(waiting), Array(3).fill("#999999"));
});

test("a column of the videos is kinds, whatever its name, and no value is grey", () => {
  const said = { names: ["<b>left", "right"], of: Uint16Array.of(2, 0, 1) };
  const view = { data: { palette }, rows, coloured: "column:time", extras: { of: () => said } };
  assert.ok(written(view.coloured) && !written("time"));
  const { kinds } = kindsOf(view);
  assert.deepEqual(kinds.map((kind) => [kind.label, kind.count]), [["<b>left", 1], ["right", 1], ["No value", 1]]);
  assert.deepEqual(rowColours(view), ["#00aa00", "#999999", "#aa0000"]);
});
