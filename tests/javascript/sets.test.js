// Which sets of frames can be compared, how they are written, and numbers in words.

import assert from "node:assert/strict";
import { test } from "node:test";

import { askedSet, comparable, differs, pairText, readPair, said } from "../../pages/parts/map/js/model/sets.js";

const view = { division: { numbers: [1, 4] }, data: { names: { 4: "Street" }, saved: ["a~b"], kept: null },
  selection: { rows: [3, 4], text: "v:3-4" } };

test("a pair is read as it was written, names with a tilde too", () => {
  for (const [first, second] of [["cluster:3", "rest"], ["chosen", "selection:a~b"], ["selection:a~b", "cluster:12"]]) {
    assert.deepEqual(readPair(pairText(first, second)), [first, second]);
  }
  for (const text of [undefined, "", "cluster:3", "cluster:x~rest", "frames~rest"]) assert.equal(readPair(text), null);
});

test("everything but the set itself can stand beside it", () => {
  assert.deepEqual(comparable(view, "cluster:1").map(({ value }) => value),
    ["rest", "chosen", "cluster:4", "selection:a~b"]);
  assert.equal(comparable(view, "cluster:1")[2].label, "4 Street");
  const without = { ...view, selection: { rows: [] } };
  assert.deepEqual(comparable(without, "rest").map(({ value }) => value), ["cluster:1", "cluster:4", "selection:a~b"]);
});

test("the selection is asked for by its frames", () => {
  assert.equal(askedSet(view, "chosen"), "frames:v:3-4");
  assert.equal(askedSet(view, "cluster:4"), "cluster:4");
  const text = `v:${"3,5,".repeat(400)}7`;
  const long = { ...view, selection: { rows: [3, 5, 7], text } };
  assert.equal(askedSet(long, "chosen"), null); // until the server has kept it
  assert.equal(askedSet({ ...long, data: { ...view.data, kept: { id: "4f0c", text: "v:1" } } }, "chosen"), null);
  assert.equal(askedSet({ ...long, data: { ...view.data, kept: { id: "4f0c", text } } }, "chosen"), "frames:~4f0c");
});

test("shares are per cent, their differences points, both with signs where asked", () => {
  assert.equal(said(0.314, "%"), "31 %");
  assert.equal(said(-0.314, "%", true), "−31 points");
  assert.equal(said(3.94, "s", true), "+3.9 s");
  assert.equal(said(0, "s", true), "0.0 s");
  assert.equal(said(-0.003, "%", true), "0 points"); // what is rounded to nothing has no sign
});

test("only an interval without 0 says that there is a difference", () => {
  assert.equal(differs({ interval: [0.1, 0.4] }), true);
  assert.equal(differs({ interval: [-0.4, -0.1] }), true);
  assert.equal(differs({ interval: [-0.1, 0.4] }), false);
  assert.equal(differs({ interval: null }), false);
});
