// One video as a strip: its frames' colours in time, where shots begin, and the frame pointed at.

import { clock, counted } from "../../../../core/format.js";
import { button, element, pen, words } from "../../../../core/charts/js/elements.js";

const SHOT_GAP_PX = 3; // shots nearer to each other than this are not drawn one by one
const SHOTS_HIGH = 5;

export class Strip {
  /**
   * @param {import("./timeline.js").Timeline} view
   * @param {string} id
   * @param {number[]} rows of this video, in order of time
   */
  constructor(view, id, rows) {
    this.view = view;
    this.id = id;
    this.rows = rows;
    /** @type {number | null} */
    this.over = null; // the place that the pointer is at
    this.at = 0; // the place in `rows` that the keys are at
    /** @type {{ width: number, height: number, color: string } | null} */
    this.wanted = null; // a track of so many pixels, with where shots begin in this colour; null once it is drawn
    this.video = view.data.videos[id];
    this.node = element("div", "vab-timeline-row");
    this.canvas = element("canvas", "", undefined, { "aria-hidden": "true" });
    this.mark = element("i", "vab-timeline-mark");
    this.mark.hidden = true;
    this.head = element("i", "vab-timeline-head");
    this.head.hidden = true;
    this.track = element("div", "vab-timeline-track", undefined, {
      role: "slider", tabindex: "0", "aria-label": `Timeline of ${this.video.title}`,
      "aria-valuemin": "0", "aria-valuemax": String(Math.round(this.video.duration)),
    });
    this.track.append(this.canvas, this.mark, this.head);
    /** @type {number[]} */
    this.begins = []; // places in `rows`; they come later
    this.shots = element("span", "vab-timeline-facts", clock(this.video.duration));
    this.node.append(this.label(), this.track, this.shots);
    this.track.addEventListener("pointermove", (event) => this.point(event));
    this.track.addEventListener("pointerleave", () => { this.over = null; view.hide(); });
    // what the card shows is chosen: a click's place is rounded to whole pixels, a move's is not
    this.track.addEventListener("click", (event) => this.choose(this.over ?? this.placeAt(event)));
    this.track.addEventListener("keydown", (event) => this.key(event));
    this.track.addEventListener("focus", () => this.say());
    this.track.addEventListener("blur", () => view.hide());
  }

  label() {
    const name = element("div", "vab-timeline-name");
    const { media, watch, title } = this.video;
    if (media || watch) {
      name.append(button("vab-timeline-play", "▶", `Play ${title}`, () => this.view.player.open(this)));
    }
    const text = words("vab-timeline-title", title);
    text.title = title;
    name.append(swatchOf(this.video.colour), text);
    return name;
  }

  /** @param {number} place */
  time(place) {
    return this.view.rows.time[this.rows[place]];
  }

  /** The place of the last frame that is on at a time. @param {number} seconds */
  placeOf(seconds) {
    let [low, high] = [0, this.rows.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.time(middle) <= seconds + 1e-3) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** @param {MouseEvent} event */
  placeAt(event) {
    const box = this.track.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return this.placeOf(share * this.video.duration);
  }

  /** @param {MouseEvent} event */
  point(event) {
    this.over = this.placeAt(event);
    this.view.show(this.rows[this.over], event.clientX, this.track.getBoundingClientRect());
  }

  /** @param {number} place */
  choose(place) {
    this.at = place;
    this.say();
    this.view.choose(this.rows[place]);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const last = this.rows.length - 1;
    /** @type {Record<string, () => number>} */
    const ways = {
      ArrowLeft: () => (event.shiftKey ? this.shotBefore() : this.at - 1),
      ArrowRight: () => (event.shiftKey ? this.shotAfter() : this.at + 1),
      PageUp: () => this.shotBefore(), PageDown: () => this.shotAfter(),
      Home: () => 0, End: () => last,
    };
    const to = ways[event.key];
    if (to) {
      this.at = Math.min(last, Math.max(0, to()));
      const box = this.track.getBoundingClientRect();
      const x = box.left + (this.time(this.at) / this.video.duration) * box.width;
      this.view.show(this.rows[this.at], x, box);
      this.say();
    } else if (event.key === "Enter" || event.key === " ") {
      this.choose(this.at);
    } else if (event.key === "Escape") {
      this.view.hide();
    } else {
      return;
    }
    event.preventDefault();
  }

  shotBefore() {
    return this.begins.findLast((place) => place < this.at) ?? 0;
  }

  shotAfter() {
    return this.begins.find((place) => place > this.at) ?? this.rows.length - 1;
  }

  /** What a screen reader hears of the place that the keys are at. */
  say() {
    const row = this.rows[this.at];
    this.track.setAttribute("aria-valuenow", String(Math.round(this.time(this.at))));
    const said = [clock(this.time(this.at)), this.view.titleOf(row), this.view.captionOf(row)];
    this.track.setAttribute("aria-valuetext", said.filter(Boolean).join(", "));
  }

  /**
   * Where frames begin that begin a shot, as places in `rows`.
   * @param {number[] | undefined} indices
   * @param {boolean} byFeatures
   */
  setShots(indices, byFeatures) {
    const { index } = this.view.rows;
    const first = new Set(indices ?? []);
    this.begins = this.rows.flatMap((row, place) => (first.has(index[row]) ? [place] : []));
    this.shots.textContent = `${clock(this.video.duration)} · ${counted(this.begins.length, "shot")}`;
    this.shots.title = byFeatures ? "Shots by what a network sees in the frames"
      : "Shots by how far neighbouring pictures are apart";
  }

  /** As it is wanted, where that is not drawn yet. */
  draw() {
    if (!this.wanted) return;
    const { width, height, color } = this.wanted;
    this.wanted = null;
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    const context = pen(this.canvas);
    context.scale(scale, scale);
    /** @param {number} seconds */
    const x = (seconds) => (seconds / this.video.duration) * width;
    const colours = this.rows.map((row) => this.view.colourOf(row));
    let start = 0;
    for (let place = 1; place <= this.rows.length; place += 1) {
      const over = place === this.rows.length;
      const gap = !over && this.time(place) - this.time(place - 1) > 1.5 * this.video.every;
      if (!over && !gap && colours[place] === colours[start]) continue;
      const end = over || gap ? this.time(place - 1) + this.video.every : this.time(place);
      context.fillStyle = colours[start];
      context.fillRect(x(this.time(start)), SHOTS_HIGH, Math.max(1, x(end) - x(this.time(start))),
        height - SHOTS_HIGH);
      start = place;
    }
    context.fillStyle = color;
    let drawn = -SHOT_GAP_PX;
    for (const place of this.begins) {
      const at = x(this.time(place));
      if (at - drawn < SHOT_GAP_PX) continue;
      context.fillRect(Math.round(at), 0, 1, SHOTS_HIGH - 1);
      drawn = at;
    }
  }

  /** The chosen frame (null: none here). @param {number | null} row */
  select(row) {
    const place = row === null ? -1 : this.rows.indexOf(row);
    this.mark.hidden = place < 0;
    if (place < 0) return;
    this.at = place;
    this.mark.style.left = `${(100 * this.time(place)) / this.video.duration}%`;
  }

  /** Where the player is (null: closed). @param {number | null} seconds */
  playing(seconds) {
    this.head.hidden = seconds === null;
    if (seconds !== null) this.head.style.left = `${(100 * seconds) / this.video.duration}%`;
  }
}

/** @param {string} colour */
export function swatchOf(colour) {
  const made = element("span", "vab-timeline-swatch", undefined, { "aria-hidden": "true" });
  made.style.background = colour;
  return made;
}
