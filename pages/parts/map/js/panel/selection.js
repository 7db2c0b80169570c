// The frames chosen by hand: which they are, and the words and button that say so.

import { counted } from "../../../../../core/format.js";
import { button, element } from "../../../../../core/charts/js/elements.js";
import { written } from "../model/selection.js";
import { CHOSEN } from "../model/sets.js";
import { compareWith } from "./difference.js";

/** Which frames were chosen by hand, and the words and buttons that say so. */
export class Selection {
  /** @param {import("../view.js").MapView} view */
  constructor(view) {
    this.view = view;
    /** @type {number[]} */
    this.rows = [];
    this.text = "";
    /** @type {Uint8Array | null} */
    this.mask = null; // (N,) 1 where chosen, null while nothing is
    this.node = element("div", "vab-selection", undefined, { role: "status" });
    this.node.hidden = true;
    this.drawn = element("span", "vab-faint");
  }

  /** @param {number[]} rows */
  set(rows) {
    this.rows = rows;
    this.text = written(this.view.rows, rows);
    this.mask = null;
    if (rows.length) {
      this.mask = new Uint8Array(this.view.rows.count);
      for (const row of rows) this.mask[row] = 1;
    }
    this.draw();
  }

  draw() {
    const { view, rows } = this;
    this.node.hidden = !rows.length;
    if (!rows.length) return;
    const said = [element("strong", "", `${rows.length.toLocaleString("en")} of `
      + `${counted(view.rows.count, "frame")} selected`)];
    said.push(this.drawn);
    this.count();
    if (view.division) said.push(compareWith(view, CHOSEN));
    said.push(button("vab-link", "Clear", "Clear the selection", () => view.select([])));
    this.node.replaceChildren(...said);
  }

  /** How many of them are drawn now. */
  count() {
    const { rows, mask, view } = this;
    const drawn = mask ? view.drawn.rows.reduce((sum, row) => sum + mask[row], 0) : 0;
    const part = drawn < rows.length && view.drawn.some;
    this.drawn.textContent = part ? `${drawn.toLocaleString("en")} of them drawn` : "";
  }
}
