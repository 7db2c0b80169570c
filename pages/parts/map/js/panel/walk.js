// A walk between two places: a strip of keyframes decoded on the straight line in latent space.

import { clock } from "../../../../../core/format.js";
import { button, element, swatch, words } from "../../../../../core/charts/js/elements.js";
import { why } from "../../../browser/data.js";
import { decodeWalk } from "../model/decode.js";
import { DecodedPicture, typicalWords } from "./place.js";

/**
 * @typedef {import("../model/decode.js").End} End
 * @typedef {import("./place.js").Pin} Pin
 */

export class Walk {
  /** @param {import("../view.js").MapView} view */
  constructor(view) {
    this.view = view;
    /** @type {End | null} */
    this.start = null;
    /** @type {End | null} */
    this.end = null;
    this.node = element("section", "vab-walk", undefined, { "aria-label": "Walk" });
    this.close();
  }

  /** The first end is chosen; the next click on the map is the other one. @param {End | Pin} end */
  begin(end) {
    this.close();
    this.start = end;
    const wait = element("div", "vab-walk-head");
    wait.append(element("strong", "", `Walk from ${this.title(end)}`),
      element("span", "vab-faint", "Choose where to: click another frame or an empty place."),
      button("vab-link", "Cancel", "Cancel the walk", () => this.close()));
    this.node.replaceChildren(wait);
    this.node.hidden = false;
    this.view.mark();
  }

  /** Begin at what is open in the panel. */
  beginHere() {
    const { selected, pins } = this.view;
    if (selected !== null) this.begin({ row: selected });
    else if (pins.open) this.begin(pins.open);
    else this.view.live.textContent = "Choose a frame or a place first: the walk begins there.";
  }

  close() {
    this.start = this.end = null;
    this.node.hidden = true;
    this.node.replaceChildren();
    if (this.view.plot) this.view.mark();
  }

  get waiting() {
    return this.start !== null && this.end === null;
  }

  /** @param {End | Pin} last */
  async to(last) {
    const { view, start } = this;
    if (!start) return;
    this.end = last;
    const head = element("div", "vab-walk-head");
    head.append(element("strong", "", `From ${this.title(start)} to ${this.title(last)}`));
    const about = element("span", "vab-faint", "Decoding …");
    head.append(about, button("vab-icon", "×", "Close the walk", () => this.close()));
    this.node.replaceChildren(head);
    view.mark();
    try {
      const { steps } = await decodeWalk(view, start, last);
      if (this.end !== last) return;
      const where = view.data.run.mode ? "at the modes along" : "on";
      about.textContent = `${steps.length} keyframes decoded ${where} the straight line in latent space; `
        + "under each its distance from the nearest real frame, in usual neighbour distances";
      const strip = element("ol", "vab-strip-list");
      strip.append(...steps.map((step, place) => this.step(step, place)));
      this.node.append(strip);
      this.node.dataset.complete = `${steps.length}`;
    } catch (error) {
      if (this.end === last) about.textContent = `This walk cannot be decoded: ${why(error)}`;
    }
  }

  /** @param {import("../model/decode.js").Answer} step @param {number} place */
  step(step, place) {
    const { view } = this;
    const video = view.videoOf(step.row);
    const item = element("li", "vab-step");
    const picture = new DecodedPicture("decoded");
    picture.show(view, step);
    const near = `${video.title}, ${clock(view.rows.time[step.row])}`;
    const line = button("vab-link vab-kind", "", `Open the frame nearest to step ${place + 1}: ${near}`,
      () => view.choose(step.row));
    line.append(swatch(view.data.groups[video.group]),
      element("span", "vab-time", clock(view.rows.time[step.row])));
    if (step.distance !== null) line.append(element("span", "vab-faint", `${step.distance.toFixed(1)} ×`));
    item.append(picture.node, line);
    if (step.typical) item.append(typicalWords("said near here", step.typical));
    else if (typeof step.words === "string") {
      item.append(step.words ? words("vab-step-words", step.words)
        : element("span", "vab-faint", "no words"));
    }
    return item;
  }

  /** @param {End | Pin} end */
  title(end) {
    if (end.row === undefined) return "letter" in end && end.letter ? `place ${end.letter}` : "a place on the map";
    return `${this.view.videoOf(end.row).title}, ${clock(this.view.rows.time[end.row])}`;
  }
}
