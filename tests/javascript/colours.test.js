// Colours: of each kind, of what an analyst chose, and along a ramp.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  clusterColour, clusterTitle, kindsOf, rowColours,
} from "../../core/charts/js/colours.js";
import { rowsOf } from "./rows.js";

const data = {
  names: { 2: "street" },
  chosen: { 2: "#112233" },
  palette: { clusters: ["#aa0000", "#00aa00"], grey: "#999999", time: ["#000000", "#ffffff"],
    certainty: ["#000000", "#ffffff"] },
  videos: { a: { title: "A", group: "us", colour: "#010101" }, b: { title: "B", group: "cn", colour: "#020202" } },
  groups: { us: "#0000aa", cn: "#aa00aa", none: "#123456" },
};
const division = { numbers: [1, 2, 3], k: 3, labels: [1, 1, 2, 3, 0], members: [[4], [0, 1], [2], [3]],
  probability: [1, 0.75, 0.5, 0.2, 0] };
const view = (coloured) => ({ data, rows: rowsOf({ a: 3, b: 2 }), division, coloured });

test("clusters have the palette's colours, or those that an analyst chose; grey is in none", () => {
  assert.deepEqual(rowColours(view("cluster")),
    ["#aa0000", "#aa0000", "#112233", "#aa0000", "#999999"]); // the third takes the first colour again
  assert.equal(clusterColour(data, 0), "#999999");
  assert.deepEqual([0, 1, 2].map((number) => clusterTitle({ data }, number)),
    ["In no cluster", "Cluster 1", "2 street"]);
});

test("groups and videos count their frames, and a group without any is not listed", () => {
  assert.deepEqual(kindsOf(view("group")).kinds.map(({ label, count }) => [label, count]), [["us", 3], ["cn", 2]]);
  assert.deepEqual(rowColours(view("video")), ["#010101", "#010101", "#010101", "#020202", "#020202"]);
});

test("time and certainty lie on a ramp, in the bounds of it", () => {
  assert.deepEqual(rowColours(view("time")).slice(0, 3), ["rgb(0,0,0)", "rgb(128,128,128)", "rgb(255,255,255)"]);
  assert.deepEqual(rowColours(view("certainty")),
    ["rgb(255,255,255)", "rgb(128,128,128)", "rgb(0,0,0)", "rgb(0,0,0)", "rgb(0,0,0)"]);
});

test("neighbours kept are grey until they are measured, and where they are not", () => {
  const known = { neighbours: 15, of: Float32Array.of(0, 1, NaN, 0.5, 1), kept: 0.6, trustworthiness: 0.9, continuity: 0.8 };
  const palette = { ...data.palette, kept: ["#000000", "#ffffff"] };
  const of = (extras) => ({ ...view("kept"), data: { ...data, palette }, extras });
  assert.deepEqual(new Set(rowColours(of({ of: () => null, said: () => undefined }))), new Set(["#999999"]));
  assert.deepEqual(rowColours(of({ of: () => known })).slice(0, 3), ["rgb(0,0,0)", "rgb(255,255,255)", "#999999"]);
});

test("tags have colours in turn, and frames without any are grey", () => {
  const extras = { of: () => ({ names: ["crowd", "street"], of: Uint16Array.of(2, 0, 1, 0, 0) }) };
  const tagged = { ...view("tag"), extras };
  assert.deepEqual(rowColours(tagged), ["#00aa00", "#999999", "#aa0000", "#999999", "#999999"]);
  assert.deepEqual(kindsOf(tagged).kinds.map(({ label, count }) => [label, count]),
    [["crowd", 1], ["street", 1], ["No tag", 3]]);
});
