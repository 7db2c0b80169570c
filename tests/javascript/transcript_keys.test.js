// The keys of Transcripts: what each does in the list, and while a segment is corrected.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ofList, ofText } from "../../pages/parts/transcripts/editor/keys.js";

test("every act has a key in the list, and a browser's own keys stay its own", () => {
  const keys = { ArrowDown: "next", k: "previous", Enter: "edit", " ": "play", m: "merge",
    M: "merge", o: "revert", z: "undo", y: "redo", PageDown: "later", Tab: "", r: "", c: "" };
  for (const [key, act] of Object.entries(keys)) assert.equal(ofList({ key }), act, key);
  assert.equal(ofList({ key: "z", ctrlKey: true }), "undo");
  assert.equal(ofList({ key: "Z", metaKey: true, shiftKey: true }), "redo");
  assert.equal(ofList({ key: "p", ctrlKey: true }), "");
  assert.equal(ofList({ key: "ArrowDown", altKey: true }), "");
});

test("letters are letters while a segment is corrected, also those that are being composed", () => {
  for (const key of ["m", "z", " ", "ArrowDown"]) assert.equal(ofText({ key }), "", key);
  assert.equal(ofText({ key: "Enter" }), "save");
  assert.equal(ofText({ key: "Enter", isComposing: true }), "");
  assert.equal(ofText({ key: "Enter", shiftKey: true }), "");
  assert.equal(ofText({ key: "Enter", ctrlKey: true }), "split");
  assert.equal(ofText({ key: "Escape" }), "leave");
});
