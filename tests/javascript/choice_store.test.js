// The store of choices by itself: who hears of what, and which answers are overtaken.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Choices } from "../../pages/parts/browser/choice_store.js";

const SAID = { frame: "", selection: "", pins: "", colour: "cluster" };
let store;
let sent;
let heard;

beforeEach((t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  store = new Choices();
  [sent, heard] = [[], []];
  store.connect((message) => sent.push(message));
  store.subscribe((names) => heard.push(names.join()));
  store.hear({ ...SAID, session: "s", version: 0 });
  t.mock.timers.runAll();
});

test("one message says all that the server has not heard of", (t) => {
  store.choose({ frame: "a:1" });
  store.choose({ colour: "group" });
  store.choose({ colour: "group" }); // nothing new
  t.mock.timers.runAll();
  assert.deepEqual(sent, [{ version: 2, frame: "a:1", colour: "group" }]);
  assert.deepEqual(heard, ["colour", "frame", "colour"]);
});

test("an older answer does not undo what was chosen since", () => {
  store.choose({ frame: "a:1" });
  store.hear({ ...SAID, session: "s", version: 0, selection: "a:5" });
  assert.equal(store.now.frame, "a:1");
  assert.equal(store.now.selection, "a:5"); // which nobody chose here meanwhile
  store.hear({ ...SAID, session: "s", version: 1, frame: "b:2" });
  assert.equal(store.now.frame, "b:2");
});

test("a server that began anew is believed", (t) => {
  store.choose({ frame: "a:1" });
  t.mock.timers.runAll();
  store.hear({ ...SAID, session: "t", version: 0, frame: "b:2" });
  assert.equal(store.now.frame, "b:2");
  store.choose({ frame: "b:3" });
  t.mock.timers.runAll();
  assert.deepEqual(sent[1], { version: 1, frame: "b:3" });
});

test("what is chosen while nobody listens is told later", (t) => {
  store.connect(null);
  store.choose({ colour: "time" });
  t.mock.timers.runAll();
  assert.deepEqual(sent, []);
  store.connect((message) => sent.push(message));
  t.mock.timers.runAll();
  assert.equal(sent.length, 1);
});

test("on the way to another page nothing is told until the page is there again", (t) => {
  store.choose({ frame: "a:1" });
  store.leave();
  assert.deepEqual(sent, [{ version: 1, frame: "a:1" }]);
  store.choose({ selection: "a:1-5" });
  t.mock.timers.tick(1000);
  assert.equal(sent.length, 1);
  store.connect(null);
  store.connect((message) => sent.push(message));
  t.mock.timers.tick(0);
  assert.equal(sent[1].selection, "a:1-5");
});
