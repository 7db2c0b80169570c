// The player below the strips: the video itself, following what is clicked, moving the strip's head.

import { clock } from "../../../../core/format.js";
import { button, element, words } from "../../../../core/charts/js/elements.js";
import { swatchOf } from "./strips.js";

/** @typedef {import("./strips.js").Strip} Strip */

export class Player {
  /** @param {import("./timeline.js").Timeline} view @param {HTMLElement} node */
  constructor(view, node) {
    this.view = view;
    this.node = node;
    /** @type {Strip | null} */
    this.strip = null;
    /** @type {HTMLVideoElement | null} */
    this.video = null;
    /** @type {number | null} */
    this.row = null;
    this.facts = element("div", "vab-timeline-now");
  }

  get isOpen() {
    return this.strip !== null;
  }

  /** Play a strip's video from where it stands. @param {Strip} strip */
  open(strip) {
    this.close();
    this.strip = strip;
    const { media, title } = strip.video;
    const box = element("div", "vab-timeline-play-box");
    if (media) {
      const video = element("video", "", undefined, { controls: "", preload: "metadata",
        "aria-label": title });
      // one that was closed has its last events still to come
      video.addEventListener("timeupdate", () => video === this.video && this.now(strip, video.currentTime));
      video.addEventListener("error", () => video === this.video && this.refused());
      video.src = media;
      this.video = video;
      box.append(video);
    }
    box.append(this.facts, button("vab-timeline-close", "×", "Close the player", () => this.close()));
    this.node.replaceChildren(box);
    this.seek(strip, strip.time(strip.at));
    this.video?.play().catch(() => {}); // browsers may want another click first
  }

  close() {
    const { strip, video } = this;
    this.strip = this.video = this.row = null;
    strip?.playing(null);
    video?.pause();
    video?.removeAttribute("src");
    this.node.replaceChildren();
  }

  /**
   * A frame was chosen, here or on the map: go there, changing the video where it is another's.
   * @param {Strip} strip
   * @param {number} row
   */
  follow(strip, row) {
    if (!this.isOpen) return;
    if (strip !== this.strip) this.open(strip);
    else this.seek(strip, this.view.rows.time[row]);
  }

  /** @param {Strip} strip @param {number} seconds */
  seek(strip, seconds) {
    if (this.video) this.video.currentTime = seconds;
    this.now(strip, seconds);
  }

  /** @param {Strip} strip @param {number} seconds */
  now(strip, seconds) {
    const { view } = this;
    strip.playing(seconds);
    const row = strip.rows[strip.placeOf(seconds)];
    if (row === this.row && strip.video.media) return;
    this.row = row;
    const line = element("div", "vab-timeline-kind");
    line.append(swatchOf(view.colourOf(row)), words("", view.titleOf(row)), element("span", "", clock(seconds)));
    const parts = [words("vab-timeline-strong", strip.video.title), line,
      words("vab-timeline-said", view.captionOf(row))];
    if (strip.video.watch) {
      const address = strip.video.watch.replace(/t=\d+s$/, `t=${Math.floor(seconds)}s`);
      parts.push(element("a", "", `Watch on YouTube at ${clock(seconds)}`,
        { href: address, target: "_blank", rel: "noopener noreferrer" }));
    }
    this.facts.replaceChildren(...parts);
  }

  refused() {
    this.video?.replaceWith(element("p", "vab-timeline-said",
      "This browser cannot play the file; the frames were read all the same."));
  }
}
