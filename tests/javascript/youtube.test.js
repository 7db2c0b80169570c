// YouTube in the page: which address is embedded, and from where.

import assert from "node:assert/strict";
import { test } from "node:test";

import { embedAddress, watchedId } from "../../pages/parts/browser/youtube.js";

test("a moment begins before it and ends behind it, without cookies", () => {
  assert.equal(embedAddress("dQw4w9WgXcQ", 83.9, 90.1),
    "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=83&autoplay=1&rel=0&end=91");
  assert.equal(new URL(embedAddress("dQw4w9WgXcQ", 0)).searchParams.get("end"), null);
});

test("only an address of the watch page has an id", () => {
  assert.equal(watchedId("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=7s"), "dQw4w9WgXcQ");
  for (const other of ["javascript:alert(1)", "https://evil.test/watch?v=dQw4w9WgXcQ", null,
    "https://www.youtube.com/watch?v=short"]) assert.equal(watchedId(other), null);
});
