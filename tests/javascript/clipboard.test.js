// Words below copied pictures: broken into lines between words, in Chinese between letters.

import assert from "node:assert/strict";
import { test } from "node:test";

import { wrapped } from "../../pages/parts/browser/clipboard.js";

const lines = (text, most) => wrapped((one) => one.length, text, most);

test("no line is longer than it may be, and no word is lost", () => {
  assert.deepEqual(lines("wear a mask on the subway", 11), ["wear a mask", "on the", "subway"]);
  assert.deepEqual(lines("打疫苗保护老人。", 3), ["打疫苗", "保护老", "人。"]);
  assert.deepEqual(lines("ba5 打疫苗 now", 5), ["ba5 打", "疫苗", "now"]);
});

test("a word that is longer stands alone, nothing gives no line", () => {
  assert.deepEqual(lines("a vaccination b", 5), ["a", "vaccination", "b"]);
  assert.deepEqual(lines("", 5), []);
});
