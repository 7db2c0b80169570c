// The timeline: one strip a video, in the colours of the clusters, with the chosen frame marked.

import { clusterColour, clusterTitle } from "../../../../core/charts/js/colours.js";
import { clock } from "../../../../core/format.js";
import { choices } from "../../browser/choices.js";
import { loadCaptions } from "../../browser/captions.js";
import {
  frameId, loadDivision, loadRows, NO_ROWS, once, pictures, runAddress, shownDivision, why,
} from "../../browser/data.js";
import { element, within, words } from "../../../../core/charts/js/elements.js";
import { Picture } from "../../browser/pictures.js";
import { Player } from "./player.js";
import { Strip, swatchOf } from "./strips.js";

/**
 * What Python says of the strips (pages/parts/explore/timeline), and of each video where it plays.
 * @typedef {Pick<import("../../../../core/charts/js/colours.js").Named, "names" | "chosen">
 *   & { run: import("../../browser/data.js").Run, clustering: string | null, merged: Record<string, number>,
 *     palette: { clusters: string[], grey: string },
 *     videos: Record<string, import("../../browser/data.js").Video & { media: string | null, watch: string | null }> }} TimelineData
 */

const BESIDE = 3; // strips above and below what is in sight are drawn too

/** @type {WeakMap<HTMLElement, Timeline>} */
const timelines = new WeakMap();

/**
 * Streamlit calls this with every new data; the same element keeps its view.
 * @param {{ parentElement: HTMLElement, data: TimelineData }} component
 */
export default function mount({ parentElement, data }) {
  const root = within(parentElement, ".vab-timeline");
  const known = timelines.get(parentElement);
  if (known && known.root !== root) known.remove();
  const view = known?.root === root ? known : new Timeline(root);
  timelines.set(parentElement, view);
  view.update(data).catch((error) => view.fail(error));
  return () => {
    view.remove();
    timelines.delete(parentElement);
  };
}

export class Timeline {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.turn = 0;
    /** @type {Strip[]} */
    this.strips = [];
    this.rows = NO_ROWS;
    /** @type {import("../../browser/data.js").Division | null} */
    this.division = null;
    /** @type {import("../../browser/captions.js").Captions | null} */
    this.captions = null;
    /** @type {TimelineData} */
    this.data = { run: { id: "", base: "", version: "" }, clustering: null, names: {}, chosen: {}, merged: {}, videos: {},
      palette: { clusters: [], grey: "" } };
    /** @type {number | null} */
    this.pointed = null; // a row
    this.player = new Player(this, within(root, ".vab-timeline-player"));
    this.card = element("div", "vab-timeline-card", undefined, { role: "tooltip" });
    this.card.hidden = true;
    this.picture = new Picture("");
    this.picture.caption.remove();
    this.said = element("div", "vab-timeline-card-said");
    this.card.append(this.picture.node, this.said);
    root.append(this.card);
    this.resize = new ResizeObserver(() => this.draw());
    this.resize.observe(root);
    within(root, ".vab-timeline-strips").onscroll = () => this.drawInSight();
    this.unsubscribe = choices.subscribe((names) => names.includes("frame") && this.select());
  }

  remove() {
    this.turn += 1;
    this.unsubscribe();
    this.player.close();
    this.resize.disconnect();
    this.card.remove();
    within(this.root, ".vab-timeline-strips").replaceChildren();
  }

  /** @param {unknown} error */
  fail(error) {
    this.say(`The timeline cannot be drawn: ${why(error)} Reload the page.`);
  }

  /** @param {string} trouble "" for none */
  say(trouble) {
    within(this.root, ".vab-timeline-trouble").textContent = trouble;
  }

  /** @param {TimelineData} data */
  async update(data) {
    const turn = (this.turn += 1);
    const [rows, division] = await Promise.all([
      loadRows(data.run), loadDivision(data.run, data.clustering)]);
    if (turn !== this.turn) return;
    const before = this.data;
    const others = before.run.id !== data.run.id || before.run.version !== data.run.version
      || JSON.stringify(before.videos) !== JSON.stringify(data.videos);
    Object.assign(this, { data, rows, division: shownDivision(division, data.merged) });
    this.say("");
    if (others) this.begin();
    this.draw();
    if (others) this.select();
    this.root.dataset.ready = `${data.run.id} ${data.clustering}`;
  }

  /** Another run, or other videos: strips anew. */
  begin() {
    const { rows, data } = this;
    this.player.close();
    this.hide();
    const ofVideo = rows.videos.map(() => /** @type {number[]} */ ([]));
    for (let row = 0; row < rows.count; row += 1) ofVideo[rows.video[row]].push(row);
    this.strips = rows.videos.flatMap((id, place) => {
      if (!data.videos[id]) return []; // deleted since
      const ordered = ofVideo[place].sort((a, b) => rows.time[a] - rows.time[b]);
      return [new Strip(this, id, ordered)];
    });
    within(this.root, ".vab-timeline-strips").replaceChildren(
      ...this.strips.map((strip) => strip.node));
    this.captions = null;
    loadCaptions(data.run, rows, () => this.pointed !== null && this.fill(this.pointed)).then((captions) => {
      if (data.run.id === this.data.run.id) this.captions = captions;
    }, () => {}); // the map says when they do not come
    this.loadShots(this.strips);
  }

  /**
   * Where shots begin takes seconds of a large run, at its first visit: the strips are there before.
   * @param {Strip[]} strips
   */
  async loadShots(strips) {
    try {
      /** @type {{ begins: Record<string, number[]>, by_features: string[] }} */
      const shots = await once(runAddress(this.data.run, "shots"), (said) => said);
      strips.forEach((one) => one.setShots(shots.begins[one.id], shots.by_features.includes(one.id)));
      this.root.dataset.shots = this.data.run.id;
      this.draw();
    } catch (error) {
      this.say(`Shots are not shown: ${why(error)}`);
    }
  }

  /** All strips are of one size: asked for each, the page would be laid out anew between any two. */
  draw() {
    const [first] = this.strips;
    if (!first?.track.clientWidth) return;
    const { clientWidth: width, clientHeight: height } = first.track;
    const { color } = getComputedStyle(first.track);
    for (const strip of this.strips) strip.wanted = { width, height, color };
    this.drawInSight();
  }

  /** Of a thousand videos a dozen are in sight. */
  drawInSight() {
    const list = within(this.root, ".vab-timeline-strips");
    const high = list.scrollHeight / this.strips.length;
    const above = Math.max(0, Math.floor(list.scrollTop / high) - BESIDE);
    const some = this.strips.slice(above, Math.ceil((list.scrollTop + list.clientHeight) / high) + BESIDE);
    for (const strip of some) strip.draw();
  }

  /** Mark the chosen frame, and let the player go there. */
  select() {
    const row = this.rows.rowOf.get(choices.now.frame) ?? null;
    this.strips.forEach((strip) => strip.select(row));
    if (row === null) return;
    this.follow(row);
    const shown = this.strips.find((strip) => !strip.mark.hidden)?.node;
    const list = within(this.root, ".vab-timeline-strips");
    if (!shown) return;
    const top = shown.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + shown.offsetHeight > list.scrollTop + list.clientHeight) {
      list.scrollTop = top - list.clientHeight / 2; // of many videos, the one that was chosen
    }
  }

  /** @param {number} row */
  choose(row) {
    choices.choose({ frame: frameId(this.rows, row) }, this);
    this.follow(row); // also where it was chosen before
  }

  /** @param {number} row */
  follow(row) {
    const strip = this.strips.find((one) => one.id === this.rows.videos[this.rows.video[row]]);
    if (strip) this.player.follow(strip, row);
  }

  /**
   * The colour of a row's cluster; of its group where there are no clusters.
   * @param {number} row
   */
  colourOf(row) {
    const { data, division } = this;
    return division ? clusterColour(data, division.labels[row]) : this.videoOf(row)?.colour ?? data.palette.grey;
  }

  /** The words of the same. @param {number} row */
  titleOf(row) {
    const { division } = this;
    return division ? clusterTitle(this, division.labels[row]) : this.videoOf(row)?.group ?? "";
  }

  /** None of a video that was deleted since. @param {number} row @returns {TimelineData["videos"][string] | undefined} */
  videoOf(row) {
    const { data, rows } = this;
    return data.videos[rows.videos[rows.video[row]]];
  }

  /** @param {number} row */
  captionOf(row) {
    return this.captions?.caption(row) ?? "";
  }

  /**
   * The card above or below a strip, over x (window coordinates).
   * @param {number} row
   * @param {number} x
   * @param {DOMRect} strip
   */
  show(row, x, strip) {
    if (row !== this.pointed) {
      this.pointed = row;
      this.fill(row);
    }
    this.card.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.card;
    const margin = 8;
    const below = strip.bottom + margin;
    const top = below + height < window.innerHeight ? below : strip.top - height - margin;
    this.card.style.left = `${Math.min(Math.max(x - width / 2, margin), window.innerWidth - width - margin)}px`;
    this.card.style.top = `${Math.max(margin, top)}px`;
  }

  /** @param {number} row */
  fill(row) {
    const { rows } = this;
    const video = this.data.videos[rows.videos[rows.video[row]]];
    this.card.dataset.frame = frameId(rows, row);
    this.picture.show({
      alt: `Frame of ${video.title}, ${clock(rows.time[row])}`,
      aspect: video.aspect,
      atlasUrl: pictures.frameAtlas(rows, row),
      place: rows.index[row] % 256,
      fullUrl: pictures.frame(rows, row),
      dwell: true,
    });
    const line = element("div", "vab-timeline-kind");
    line.append(element("strong", "", clock(rows.time[row])), swatchOf(this.colourOf(row)), words("", this.titleOf(row)));
    this.said.replaceChildren(line, words("vab-timeline-said", this.captionOf(row)));
  }

  hide() {
    this.card.hidden = true;
    this.pointed = null;
  }
}
