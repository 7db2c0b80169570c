// Plotly's search for a trace's arrays: spared for our traces alone, and its own for all others.

import assert from "node:assert/strict";
import { test } from "node:test";

import { MARK, spareSearch } from "../../core/charts/js/array_attributes.js";

test("only traces of ours are not searched", () => {
  const searched = [];
  const schema = { findArrayAttributes: (trace) => { searched.push(trace); return ["z"]; } };
  spareSearch(schema);
  spareSearch(schema);
  const other = { type: "heatmap" };
  assert.deepEqual(schema.findArrayAttributes({ meta: MARK }), ["x", "y"]);
  assert.deepEqual(schema.findArrayAttributes(other), ["z"]);
  assert.deepEqual(searched, [other]);
});
