// What is different between two sets of frames, in the panel's place.

import { clock, counted, percent } from "../../../../../core/format.js";
import { asked, runAddress, why } from "../../../browser/data.js";
import { button, element, swatch, words } from "../../../../../core/charts/js/elements.js";
import { clusterColour } from "../../../../../core/charts/js/colours.js";
import { framePicture, Picture } from "../../../browser/pictures.js";
import { shape } from "../draw/marks.js";
import { askedSet, CHOSEN, comparable, differs, readPair, said } from "../model/sets.js";

const WORDS = 8; // of each side
const ALONE = "#8a8f98"; // of what has no colour of its own

/**
 * @typedef {import("../view.js").MapView} MapView
 *
 * What the server says of two sets (core/api/difference.py): shares are from 0 to 1, an interval is
 * null where too few frames bear it, `rows` are first and last of each stretch.
 * @typedef {{ value: number, interval: [number, number] | null }} Estimate
 * @typedef {{ name: string, about: string, unit: string, first: Estimate, second: Estimate,
 *   difference: Estimate }} Measured
 * @typedef {{ name: string, frames: number, videos: number, airtime_s: number, stretches: number, captions: number,
 *   nearest: number, words: [string, number, number][], rows: [number, number][] }} Side
 * @typedef {{ sides: [Side, Side], both: number, groups: Measured[], measures: Measured[] }} Answer
 */

/**
 * A list that opens the comparison of `first` with what is chosen from it.
 * @param {MapView} view
 * @param {string} first
 */
export function compareWith(view, first) {
  const list = element("select", "vab-compare", undefined, { "aria-label": "Compare with" });
  const fill = () => list.replaceChildren(element("option", "", "Compare with …", { value: "" }),
    ...comparable(view, first).map(({ value, label }) => element("option", "", label, { value })));
  fill();
  for (const name of ["pointerdown", "focus"]) list.addEventListener(name, fill); // the selection may be another
  list.addEventListener("change", () => {
    if (list.value) view.compare(first, list.value);
    list.value = "";
  });
  return list;
}

export class DifferencePanel {
  /** @param {MapView} view */
  constructor(view) {
    this.view = view;
    this.text = "";
    this.of = ""; // what was asked for, "" for nothing
    this.trouble = "";
    /** @type {[string, string]} */
    this.pair = ["", ""];
    this.query = new URLSearchParams();
    /** @type {Answer | null} */
    this.answer = null;
    /** @type {HTMLElement[]} */
    this.pictures = []; // of both sides
    /** @type {Uint8Array | null} */
    this.mask = null; // (N,) 1 in either of the sets, null while nothing is compared
  }

  get open() {
    return Boolean(this.text);
  }

  /** "3 Expert and 5 Street", once the answer is there. */
  get title() {
    return this.answer ? this.answer.sides.map(({ name }) => name).join(" and ") : "two sets of frames";
  }

  /** Follow the choice; what is compared may be of a run that has it not. @param {string} text */
  read(text) {
    const { division } = this.view;
    const pair = division && readPair(text);
    this.text = pair ? text : "";
    if (!pair) return this.forget();
    const [a, b] = pair.map((one) => askedSet(this.view, one));
    if (a === null || b === null) return this.forget(); // asked when the server has kept the selection
    const of = [division.id, a, b].join("\n");
    return of === this.of ? undefined : this.ask(pair, of,
      new URLSearchParams({ clustering: division.id, projection: this.view.data.projection, a, b }));
  }

  forget() {
    this.of = this.trouble = "";
    this.answer = this.mask = null;
  }

  /** @param {[string, string]} pair @param {string} of @param {URLSearchParams} query */
  async ask(pair, of, query) {
    const { view } = this;
    this.forget();
    Object.assign(this, { pair, of, query });
    try {
      /** @type {Answer} */
      const answer = await answered(view, "difference", query);
      if (this.of !== of) return;
      this.answer = answer;
      this.pictures = answer.sides.map(() => element("div", "vab-modes", "Decoding …"));
      this.mask = this.both(answer);
    } catch (error) {
      if (this.of !== of) return;
      this.trouble = why(error);
    }
    view.colour();
    view.twin?.colour();
    view.panel.empty();
    if (!this.answer) return;
    const [first, second] = this.answer.sides;
    await Promise.all([this.decode(0, first, query), this.decode(1, second, swapped(query))]);
  }

  /** The rows of both, or of the first where the second is all the rest. @param {Answer} answer */
  both(answer) {
    const mask = new Uint8Array(this.view.rows.count);
    const shown = this.pair.includes("rest") ? answer.sides.filter((_, i) => this.pair[i] !== "rest") : answer.sides;
    for (const [first, last] of shown.flatMap(({ rows }) => rows)) mask.fill(1, first, last + 1);
    return mask;
  }

  /** @param {number} place @param {Side} side @param {URLSearchParams} query */
  async decode(place, side, query) {
    const { of, view } = this;
    const box = this.pictures[place];
    try {
      /** @type {{ modes: Mode[] }} */
      const { modes } = await answered(view, "difference/centres", query);
      if (this.of !== of) return;
      const { aspect } = view.videoOf(side.nearest);
      box.replaceChildren(...modes.map((mode, i) => decoded(mode, aspect, i > 0)));
    } catch (error) {
      if (this.of === of) box.replaceChildren(element("p", "vab-faint", `Not decoded: ${why(error)}`));
    }
  }

  /** What the panel holds. */
  content() {
    const { view, answer } = this;
    const head = element("header", "vab-panel-head");
    const title = element("div", "vab-panel-title");
    title.append(element("span", "vab-strong", "What is different"));
    head.append(title, button("vab-icon", "×", "Close the comparison", () => view.compare()));
    if (!answer) return [head, element("p", "vab-faint", this.trouble || "Comparing …")];
    const [top, numbers] = [element("div", "vab-difference-part"), element("div", "vab-difference-part")];
    top.append(head, this.acts());
    numbers.append(this.measures(answer), this.base(answer));
    return [top, this.sides(answer), numbers];
  }

  acts() {
    const box = element("div", "vab-acts");
    box.append(button("vab-button", "Swap", "The other one first", () => this.view.compare(this.pair[1], this.pair[0])));
    const csv = element("a", "vab-button", "CSV", { download: "difference.csv",
      href: `${runAddress(this.view.data.run, "difference.csv")}&${this.query}` });
    csv.title = "Everything here as a table";
    box.append(csv);
    return box;
  }

  /** @param {Answer} answer */
  sides({ sides }) {
    const grid = element("div", "vab-difference");
    const parts = sides.map((side, i) => [this.name(side, i), this.size(side), this.pictures[i],
      this.nearest(side), this.words(side)]);
    for (let line = 0; line < parts[0].length; line += 1) grid.append(parts[0][line], parts[1][line]);
    return grid;
  }

  /** @param {Side} side @param {number} place */
  name(side, place) {
    const line = element("div", "vab-kind vab-strong");
    line.append(swatch(this.colour(place)), words("", side.name));
    return line;
  }

  /** @param {number} place */
  colour(place) {
    const [kind, number] = this.pair[place].split(":");
    if (kind === "cluster") return clusterColour(this.view.data, Number(number));
    return this.pair[place] === CHOSEN ? this.view.accent : ALONE;
  }

  /** @param {Side} side */
  size(side) {
    const box = element("div", "vab-faint");
    box.append(element("div", "", `${counted(side.frames, "frame")} of ${counted(side.videos, "video")}`),
      element("div", "", `${clock(side.airtime_s)} in ${counted(side.stretches, "stretch", "stretches")}`),
      element("div", "", counted(side.captions, "caption")));
    return box;
  }

  /** @param {Side} side */
  nearest({ nearest }) {
    const picture = new Picture("frame nearest to the mean");
    picture.show(framePicture(this.view, nearest, false));
    picture.node.classList.add("vab-clickable");
    picture.node.addEventListener("click", () => this.view.choose(nearest));
    return picture.node;
  }

  /** @param {Side} side */
  words(side) {
    const box = element("div", "vab-card-said");
    const label = element("span", "vab-label", "words that mark it");
    label.title = "Said here clearly more often than on the other side: weighted log-odds with a prior. "
      + "A number is how often it is said here, behind the slash how often there.";
    const list = element("div", "vab-marking");
    for (const [word, here, there] of side.words.slice(0, WORDS)) {
      const mark = words("vab-mark", word);
      mark.append(" ", element("small", "", `${here}/${there}`));
      list.append(mark);
    }
    box.append(label, side.words.length ? list : element("span", "vab-faint",
      side.captions ? "None is said clearly more often here." : "Nothing is said here."));
    return box;
  }

  /** @param {Answer} answer */
  measures({ groups, measures }) {
    const box = element("div", "vab-measures");
    for (const one of groups) box.append(this.measure(one, `share of ${one.name}`, [0, 1]));
    for (const one of measures) {
      const most = Math.max(...[one.first, one.second].map(({ interval, value }) => interval?.[1] ?? value));
      box.append(this.measure(one, one.name, [0, one.unit === "%" ? 1 : most || 1]));
    }
    return box;
  }

  /**
   * A number on both sides: each with its interval on one scale, and the difference in words.
   * @param {Measured} one
   * @param {string} name
   * @param {[number, number]} scale
   */
  measure(one, name, scale) {
    const line = element("div", "vab-measure");
    const head = element("div", "vab-measure-head");
    const title = words("", name);
    title.title = one.about;
    const apart = element("span", differs(one.difference) ? "vab-strong" : "vab-faint",
      said(one.difference.value, one.unit, true));
    const { interval } = one.difference;
    apart.title = interval ? `95 %: ${interval.map((end) => said(end, one.unit, true)).join(" to ")}`
      : "Too few stretches of frames for an interval.";
    head.append(title, apart);
    line.append(head, ...[one.first, one.second].map((side, i) => this.bar(side, one.unit, scale, this.colour(i))));
    return line;
  }

  /** @param {Estimate} side @param {string} unit @param {[number, number]} scale @param {string} colour */
  bar({ value, interval }, unit, [low, high], colour) {
    const row = element("div", "vab-range");
    /** @param {number} number */
    const at = (number) => 100 * Math.min(1, Math.max(0, (number - low) / (high - low)));
    const drawing = shape("svg", "", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" });
    drawing.append(shape("line", "vab-range-scale", { x1: 0, y1: 5, x2: 100, y2: 5 }));
    if (interval) {
      drawing.append(shape("line", "vab-range-interval", { x1: at(interval[0]), y1: 5, x2: at(interval[1]), y2: 5,
        stroke: colour }));
    }
    const dot = element("span", "vab-range-dot");
    dot.style.cssText = `left: ${at(value)}%; background: ${colour}`;
    const plot = element("span", "vab-range-plot");
    plot.append(drawing, dot);
    const number = element("span", "vab-time", said(value, unit));
    if (interval) number.title = `95 %: ${interval.map((end) => said(end, unit)).join(" to ")}`;
    row.append(plot, number);
    return row;
  }

  /** What the numbers rest on. @param {Answer} answer */
  base({ sides, both }) {
    const parts = ["Lines are intervals of 95 %, from blocks of ten frames that follow each other, drawn again; "
      + "a difference in bold is one whose interval leaves out 0."];
    if (both) parts.push(`${counted(both, "frame")} in both are left out.`);
    const alone = sides.filter(({ videos }) => videos === 1);
    if (alone.length) {
      parts.push(`${alone.map(({ name }) => name).join(" and ")} ${alone.length > 1 ? "rest" : "rests"} on one video: this may be that video, not a theme.`);
    }
    return element("p", "vab-faint", parts.join(" "));
  }
}

/** @param {MapView} view @param {string} path @param {URLSearchParams} query */
const answered = ({ data }, path, query) => asked(`${runAddress(data.run, path)}&${query}`);

/** The same question from the other side. @param {URLSearchParams} query */
function swapped(query) {
  const { a, b, ...same } = Object.fromEntries(query);
  return new URLSearchParams({ ...same, a: b, b: a });
}

/**
 * @typedef {{ picture: string, share: number }} Mode
 * @param {Mode} mode
 * @param {number} aspect
 * @param {boolean} further
 */
function decoded({ picture, share }, aspect, further) {
  const figure = element("figure", "vab-picture");
  const box = element("span", "vab-picture-box");
  box.style.aspectRatio = String(aspect);
  const image = element("img", "vab-loaded", undefined, { alt: "Decoded centre" });
  image.src = picture;
  box.append(image);
  figure.append(box, element("figcaption", "vab-label",
    share < 1 ? `${further ? "" : "decoded mode, "}${percent(share * 1000, 1000)}` : "decoded centre"));
  return figure;
}
