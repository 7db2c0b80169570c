// What WebGL is asked for while a plot is drawn, and afterwards.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { withoutAntialias } from "../../core/charts/js/antialias.js";

class Canvas {
  getContext(...asked) { return asked; }
}
beforeEach(() => { globalThis.HTMLCanvasElement = Canvas; });
afterEach(() => { delete globalThis.HTMLCanvasElement; });

test("a drawing's contexts smooth nothing, those of before and after do as they are asked", () => {
  const canvas = new Canvas();
  const smooth = { antialias: true, depth: true };
  assert.deepEqual(withoutAntialias(() => canvas.getContext("webgl", smooth)), ["webgl", { antialias: false, depth: true }]);
  assert.deepEqual(withoutAntialias(() => canvas.getContext("2d")), ["2d", undefined]);
  assert.deepEqual(canvas.getContext("webgl", smooth), ["webgl", smooth]);
});

test("a drawing that fails leaves nothing behind", () => {
  const own = Canvas.prototype.getContext;
  assert.throws(() => withoutAntialias(() => { throw new Error("no"); }), /no/);
  assert.equal(Canvas.prototype.getContext, own);
});
