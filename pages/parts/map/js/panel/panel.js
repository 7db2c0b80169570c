// The large panel of the chosen frame: what is known at once, then the answer of one request.

import { clock, counted } from "../../../../../core/format.js";
import { asked, frameId, pictures, runAddress, why } from "../../../browser/data.js";
import { button, element, swatch, words } from "../../../../../core/charts/js/elements.js";
import { PicturePair } from "../../../browser/pictures.js";
import { clusterColour, clusterTitle } from "../../../../../core/charts/js/colours.js";
import { copyButton } from "../../../browser/clipboard.js";
import { watchedId, youtubePlayer } from "../../../browser/youtube.js";
import { compareWith } from "./difference.js";
import { placeContent } from "./place.js";

/**
 * @typedef {import("../view.js").MapView} MapView
 * @typedef {import("../../../browser/data.js").Video} Video
 *
 * What the server says of a frame (core/api/point.py).
 * @typedef {{ frame: string, caption: string, caption_origin: string | null, captions_timed: boolean,
 *   decoded_text: string | null, cluster: { probability: number | null } | null,
 *   neighbours: { row: number }[], watch_url: string | null, media_url: string | null,
 *   media_name: string | null, time_s: number }} Answer
 */

/** @type {Record<string, string>} */
const ORIGINS = { uploaded: "from the caption file", embedded: "from the video file",
  youtube: "from YouTube", "youtube-auto": "YouTube, recognised by machine" };

export class Panel {
  /** @param {MapView} view */
  constructor(view) {
    this.view = view;
    /** @type {number | null} */
    this.row = null;
    // what is filled again while a frame is open
    this.pair = new PicturePair();
    this.play = element("div", "vab-play");
    this.said = element("div", "vab-said");
    this.cluster = element("div");
    this.neighbours = element("div", "vab-neighbours");
    this.node = element("section", "vab-panel", undefined, { "aria-label": "Chosen frame" });
    this.node.tabIndex = -1;
    this.empty();
  }

  empty() {
    this.row = null;
    for (const name of ["frame", "complete", "place"]) delete this.node.dataset[name];
    this.node.toggleAttribute("data-difference", Boolean(this.view.difference?.open));
    if (this.view.difference?.open) return this.node.replaceChildren(...this.view.difference.content());
    const hint = element("div", "vab-panel-empty");
    hint.append(element("strong", "", "Point at a frame, click to open it here"));
    hint.append(element("p", "", "Each point is one frame; frames that look alike to the model lie "
      + "together. Scroll to zoom, drag to move, double-click to see everything again."));
    hint.append(element("p", "", "Between the points a picture is decoded as the pointer moves: "
      + "what the model would put there. Click to pin it; shift-click to walk there."));
    hint.append(element("p", "", "With the keyboard: arrow keys walk from frame to frame, Enter "
      + "opens one, Escape closes it."));
    return this.node.replaceChildren(hint);
  }

  /** A place where no frame is: see placeContent. @param {import("./place.js").Pin} pin */
  showPlace(pin) {
    this.row = null;
    delete this.node.dataset.frame;
    delete this.node.dataset.complete;
    this.node.removeAttribute("data-difference");
    this.node.dataset.place = `${pin.x},${pin.y}`;
    this.node.classList.toggle("vab-decoded-there", Boolean(pin.answer));
    this.node.replaceChildren(...placeContent(this.view, pin));
  }

  /** @param {number} row */
  show(row) {
    const { view } = this;
    delete this.node.dataset.place;
    this.node.removeAttribute("data-difference");
    const video = view.videoOf(row);
    this.row = row;
    this.node.dataset.frame = frameId(view.rows, row);
    this.pair = new PicturePair();
    this.pair.node.classList.add("vab-large");
    this.pair.node.title = "Enlarge";
    this.pair.node.addEventListener("click", () => this.enlarge(row));
    this.pair.show(view, row, false);
    this.play = element("div", "vab-play");
    this.said = element("div", "vab-said");
    this.cluster = element("div");
    this.neighbours = element("div", "vab-neighbours");
    this.fillSaid(row, null);
    this.fillCluster(row);
    const walk = button("vab-button", "Walk from here", "Walk from here (W)",
      () => view.walk.begin({ row }));
    const acts = element("div", "vab-acts");
    const images = () => [this.pair.frame.full, this.pair.decoded.full].filter((one) => one.naturalWidth);
    acts.append(this.play, walk, copyButton("Copy", "Copy the pictures", images),
      copyButton("Copy card", "Copy the pictures with title, time, cluster and words", images, () => this.lines(row)));
    this.node.replaceChildren(...this.back(), this.heading(video, row), this.pair.node, acts, this.said,
      this.cluster, this.section("Nearest in the latent space", this.neighbours));
    this.node.scrollTop = 0;
    this.ask(row);
  }

  /** What a copied card says of a row. @param {number} row */
  lines(row) {
    const { view } = this;
    const decoded = view.captions?.decoded(row);
    return [`${view.videoOf(row).title}, ${clock(view.rows.time[row])}`,
      view.division ? clusterTitle(view, view.division.labels[row]) : "",
      view.captions?.caption(row) ?? "", decoded ? `Decoded: ${decoded}` : ""];
  }

  /** The way back to what was compared when the frame was opened. */
  back() {
    const { difference } = this.view;
    if (!difference.open) return [];
    return [button("vab-link vab-back", `← What is different: ${difference.title}`, "Back to the comparison",
      () => this.view.choose(null))];
  }

  /** @param {Video} video @param {number} row */
  heading(video, row) {
    const head = element("header", "vab-panel-head");
    const title = element("div", "vab-panel-title");
    title.append(words("vab-ellipsis vab-strong", video.title));
    const line = element("span", "vab-kind");
    line.append(swatch(this.view.data.groups[video.group]), words("", video.group));
    line.append(element("span", "vab-time", clock(this.view.rows.time[row])));
    line.append(element("span", "vab-faint", `frame ${this.view.rows.index[row]}`));
    title.append(line);
    head.append(title, button("vab-icon", "×", "Close", () => this.view.choose(null)));
    return head;
  }

  /** Ask for the rest of what is said of a row. `all` false: only for what the clusters decide, its
   * cluster and, by their weights, its neighbours; a video that is playing is left.
   * @param {number} row */
  async ask(row, all = true) {
    const { view } = this;
    const { division } = view;
    const [video, index] = [view.rows.videos[view.rows.video[row]], view.rows.index[row]];
    const cluster = division ? `&clustering=${division.id}` : "";
    try {
      /** @type {Answer} */
      const answer = await asked(runAddress(view.data.run, `points/${video}/${index}`) + cluster);
      if (this.row !== row) return;
      if (all) {
        this.fillSaid(row, answer);
        this.fillPlay(row, answer);
      }
      if (division !== view.division) return; // overtaken: its own answer is on the way
      this.fillNeighbours(answer.neighbours);
      this.fillCluster(row, answer.cluster?.probability);
      view.linkNeighbours(row, answer.neighbours.map((neighbour) => neighbour.row));
      this.node.dataset.complete = answer.frame;
    } catch (error) {
      if (this.row === row) this.neighbours.replaceChildren(element("p", "", why(error)));
    }
  }

  /** The colours, names or clusters have changed. @param {boolean} otherClusters */
  refresh(otherClusters) {
    if (this.row === null) return;
    this.fillCluster(this.row);
    if (otherClusters) this.ask(this.row, false);
  }

  /**
   * The caption and the decoded words: of the answer, else what the map knows.
   * @param {number} row
   * @param {Answer | null} answer
   */
  fillSaid(row, answer) {
    const parts = [];
    const caption = answer?.caption ?? this.view.captions?.caption(row) ?? "";
    const origin = answer && caption ? [ORIGINS[answer.caption_origin ?? ""]] : [];
    if (answer && caption && !answer.captions_timed) origin.push("times spread evenly");
    const label = ["Caption", ...origin.filter(Boolean)].join(" · ");
    const text = caption ? words("vab-words", caption)
      : element("span", "vab-faint", "No caption at this time.");
    parts.push(this.section(label, text));
    const decoded = answer ? answer.decoded_text : this.view.captions?.decoded(row);
    if (typeof decoded === "string") {
      const silence = caption || !this.view.data.run.typical ? "The model says nothing here."
        : "None without a caption: the picture does not tell what is said.";
      parts.push(this.section("Decoded words · from the latent alone", decoded
        ? words("vab-words", decoded) : element("span", "vab-faint", silence)));
    }
    this.said.replaceChildren(...parts);
  }

  /** @param {number} row @param {number | null} [probability] */
  fillCluster(row, probability) {
    const { view } = this;
    if (!view.division) return this.cluster.replaceChildren();
    const number = view.division.labels[row];
    const line = element("div", "vab-kind");
    const open = button("vab-link vab-kind", "", "Show this cluster's frames",
      () => view.chooseCluster(number, true));
    open.append(swatch(clusterColour(view.data, number)), words("", clusterTitle(view, number)));
    const size = view.division.members[number].length;
    line.append(open, element("span", "vab-faint", `${size.toLocaleString("en")} of ${counted(view.rows.count, "frame")}`
      + (probability ? ` · probability ${probability.toFixed(2)}` : "")));
    if (number) line.append(compareWith(view, `cluster:${number}`));
    return this.cluster.replaceChildren(this.section("Cluster", line));
  }

  /** @param {number} row @param {Answer} answer */
  fillPlay(row, { watch_url: watch, media_url: media, media_name: name, time_s: time }) {
    if (watch) {
      const link = element("a", "vab-button", `Watch on YouTube at ${clock(time)}`,
        { href: watch, target: "_blank", rel: "noopener noreferrer" });
      this.play.replaceChildren(...this.playHere(row, watch, time), link);
    } else if (media) {
      const play = button("vab-button", `▶ Play from ${clock(time)}`, `Play from ${clock(time)}`,
        () => this.play.replaceChildren(player(`${media}#t=${time.toFixed(2)}`, name ?? "it")));
      this.play.replaceChildren(play);
    }
  }

  /**
   * A button that loads YouTube's player here, at the time.
   * @param {number} row
   * @param {string} watch
   * @param {number} time
   */
  playHere(row, watch, time) {
    const id = watchedId(watch);
    if (!id) return [];
    const { title } = this.view.videoOf(row);
    return [button("vab-button", `▶ Play from ${clock(time)}`, `Play from ${clock(time)} (youtube-nocookie.com)`, () => {
      const frame = youtubePlayer(id, title, time);
      frame.className = "vab-video vab-youtube";
      this.play.replaceChildren(frame);
    })];
  }

  /** @param {{ row: number }[]} neighbours */
  fillNeighbours(neighbours) {
    const { view } = this;
    this.neighbours.replaceChildren(...neighbours.map(({ row }) => {
      const video = view.videoOf(row);
      const said = `${video.title}, ${clock(view.rows.time[row])}`;
      const thumbnail = button("vab-thumbnail", "", `Go to ${said}`, () => view.choose(row, true));
      const image = element("img", "", undefined, { loading: "lazy", alt: "" });
      image.src = pictures.frame(view.rows, row);
      image.style.aspectRatio = String(video.aspect);
      const line = element("span", "vab-kind");
      line.append(swatch(view.data.groups[video.group]), element("span", "", clock(view.rows.time[row])));
      thumbnail.append(image, line);
      thumbnail.addEventListener("pointerenter", () => view.point(row));
      thumbnail.addEventListener("pointerleave", () => view.point(null));
      return thumbnail;
    }));
  }

  /** @param {string} label @param {HTMLElement} content */
  section(label, content) {
    const made = element("div", "vab-section");
    made.append(element("span", "vab-label", label), content);
    return made;
  }

  /** @param {number} row */
  enlarge(row) {
    const dialog = element("dialog", "vab-enlarged", undefined, { "aria-label": "Enlarged" });
    const pair = new PicturePair();
    pair.show(this.view, row, false);
    dialog.append(pair.node);
    dialog.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    this.node.append(dialog);
    dialog.showModal();
  }
}

/** @param {string} address @param {string} name */
function player(address, name) {
  const box = element("div");
  const video = element("video", "vab-video", undefined, { controls: "", autoplay: "" });
  video.addEventListener("error", () => box.replaceChildren(element("p", "vab-faint",
    `This browser cannot play ${name}; the frames were read all the same.`)));
  video.src = address;
  box.append(video);
  return box;
}
