// The moment of a segment, played beside the list: the library's own file, or YouTube on a click.

import { element } from "../../../../core/charts/js/elements.js";
import { youtubePlayer } from "../../browser/youtube.js";

export class Moment {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
    this.end = Infinity;
    this.source = this.title = "";
    /** @type {string | null} */
    this.youtube = null; // the id
    /** @type {HTMLVideoElement | null} */
    this.video = null;
  }

  /**
   * Show what can be played; another video takes the place of the one before.
   * @param {Pick<import("./editor.js").Drawn, "media" | "youtube" | "title" | "aspect">} drawn
   */
  show({ media, youtube, title, aspect }) {
    const source = JSON.stringify([media, youtube]);
    if (source === this.source) return;
    Object.assign(this, { source, youtube, title, video: null });
    this.node.style.setProperty("--aspect", String(aspect));
    if (youtube) {
      this.node.replaceChildren(element("p", "vab-moment-note",
        "Play loads the moment from YouTube (youtube-nocookie.com)."));
    } else if (media) this.own(media);
    else this.node.replaceChildren(element("p", "vab-moment-note", "There is no file to play."));
  }

  /** @param {string} media its address */
  own(media) {
    const video = element("video", "", undefined,
      { controls: "", preload: "metadata", "aria-label": this.title });
    video.src = media;
    video.addEventListener("timeupdate", () => {
      if (video.currentTime < this.end || video.paused) return;
      video.pause();
      this.end = Infinity;
    });
    video.addEventListener("error", () => this.node.replaceChildren(element("p", "vab-moment-note",
      "This browser cannot play the file; the frames were read all the same.")));
    this.video = video;
    this.node.replaceChildren(video);
  }

  /**
   * Play from `start` to `end`, in seconds; a moment that plays is stopped.
   * @param {{ start: number, end: number }} moment
   */
  play({ start, end }) {
    if (this.youtube) {
      this.node.replaceChildren(youtubePlayer(this.youtube, this.title, start, end));
    } else if (this.video && !this.video.paused) this.video.pause();
    else if (this.video) {
      this.video.currentTime = start;
      this.end = end;
      this.video.play().catch(() => {}); // browsers may want another click first
    }
  }
}
