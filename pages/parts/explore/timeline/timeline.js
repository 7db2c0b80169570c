// The timeline: one strip a video, in the colours of the clusters, with the chosen frame marked.

import { clock } from "../../../../core/format.js";
import { choices } from "../../browser/choices.js";
import {
  frameId, loadCaptions, loadDivision, loadRows, once, pictures, runAddress, shownDivision,
} from "../../browser/data.js";
import { element, words } from "../../../../core/charts/js/elements.js";
import { Picture } from "../../browser/pictures.js";
import { Player } from "./player.js";
import { Strip, swatchOf } from "./strips.js";

const timelines = new WeakMap();

/** Streamlit calls this with every new data; the same element keeps its view. */
export default function mount(component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".vab-timeline");
  if (timelines.get(parentElement)?.root !== root) {
    timelines.get(parentElement)?.remove();
    timelines.set(parentElement, new Timeline(root));
  }
  const view = timelines.get(parentElement);
  view.update(data).catch((error) => view.fail(error));
  return () => {
    view.remove();
    timelines.delete(parentElement);
  };
}

class Timeline {
  constructor(root) {
    this.root = root;
    this.turn = 0;
    this.strips = [];
    /** @type {import("../../browser/data.js").Rows | null} */
    this.rows = null;
    /** @type {import("../../browser/data.js").Division | null} */
    this.division = null;
    /** @type {import("../../browser/data.js").Captions | null} */
    this.captions = null;
    this.data = null;
    this.player = new Player(this, root.querySelector(".vab-timeline-player"));
    this.card = element("div", "vab-timeline-card", undefined, { role: "tooltip" });
    this.card.hidden = true;
    this.picture = new Picture("");
    this.picture.caption.remove();
    this.said = element("div", "vab-timeline-card-said");
    this.card.append(this.picture.node, this.said);
    root.append(this.card);
    this.resize = new ResizeObserver(() => this.draw());
    this.resize.observe(root);
    this.unsubscribe = choices.subscribe((names) => names.includes("frame") && this.select());
  }

  remove() {
    this.turn += 1;
    this.unsubscribe();
    this.player.close();
    this.resize.disconnect();
    this.card.remove();
    this.root.querySelector(".vab-timeline-strips").replaceChildren();
  }

  fail(error) {
    this.root.querySelector(".vab-timeline-trouble").textContent =
      `The timeline cannot be drawn: ${error.message} Reload the page.`;
  }

  async update(data) {
    const turn = (this.turn += 1);
    const [rows, division] = await Promise.all([
      loadRows(data.run), loadDivision(data.run, data.clustering)]);
    if (turn !== this.turn) return;
    const before = this.data;
    const others = before?.run.id !== data.run.id || before?.run.version !== data.run.version
      || JSON.stringify(before.videos) !== JSON.stringify(data.videos);
    Object.assign(this, { data, rows, division: shownDivision(division, data.merged) });
    this.root.querySelector(".vab-timeline-trouble").textContent = "";
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
    const ofVideo = rows.videos.map(() => []);
    for (let row = 0; row < rows.count; row += 1) ofVideo[rows.video[row]].push(row);
    this.strips = rows.videos.flatMap((id, place) => {
      if (!data.videos[id]) return []; // deleted since
      const ordered = ofVideo[place].sort((a, b) => rows.time[a] - rows.time[b]);
      return [new Strip(this, id, ordered)];
    });
    this.root.querySelector(".vab-timeline-strips").replaceChildren(
      ...this.strips.map((strip) => strip.node));
    this.captions = null;
    loadCaptions(data.run).then((captions) => {
      if (data.run.id === this.data.run.id) this.captions = captions;
    }, () => {}); // the map says when they do not come
    this.loadShots(this.strips);
  }

  /** Where shots begin takes seconds of a large run, at its first visit: the strips are there before. */
  async loadShots(strips) {
    try {
      const shots = await once(runAddress(this.data.run, "shots"), (response) => response.json());
      strips.forEach((one) => one.setShots(shots.begins[one.id], shots.by_features.includes(one.id)));
      this.root.dataset.shots = this.data.run.id;
      this.draw();
    } catch (error) {
      this.root.querySelector(".vab-timeline-trouble").textContent =
        `Shots are not shown: ${error.message}`;
    }
  }

  draw() {
    this.strips.forEach((strip) => strip.draw());
  }

  /** Mark the chosen frame, and let the player go there. */
  select() {
    const row = this.rows?.rowOf.get(choices.now.frame) ?? null;
    this.strips.forEach((strip) => strip.select(row));
    if (row === null) return;
    this.follow(row);
    const shown = this.strips.find((strip) => !strip.mark.hidden)?.node;
    const list = this.root.querySelector(".vab-timeline-strips");
    if (!shown) return;
    const top = shown.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + shown.offsetHeight > list.scrollTop + list.clientHeight) {
      list.scrollTop = top - list.clientHeight / 2; // of many videos, the one that was chosen
    }
  }

  choose(row) {
    choices.choose({ frame: frameId(this.rows, row) }, this);
    this.follow(row); // also where it was chosen before
  }

  follow(row) {
    const strip = this.strips.find((one) => one.id === this.rows.videos[this.rows.video[row]]);
    if (strip) this.player.follow(strip, row);
  }

  /** The colour and the words of a row's cluster; of its group where there are no clusters. */
  kindOf(row) {
    const { data, division, rows } = this;
    const video = data.videos[rows.videos[rows.video[row]]];
    if (!division) return { colour: video?.colour ?? data.palette.grey, label: video?.group ?? "" };
    const number = division.labels[row];
    if (!number || number > division.k) return { colour: data.palette.grey, label: "in no cluster" };
    const own = data.palette.clusters[(number - 1) % data.palette.clusters.length];
    const name = data.names[number];
    return { colour: data.chosen[number] ?? own, label: name ? `${number} ${name}` : `Cluster ${number}` };
  }

  captionOf(row) {
    return this.captions?.caption(row) ?? "";
  }

  /** The card above or below a strip, over x (window coordinates). */
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

  fill(row) {
    const { rows, data } = this;
    const video = data.videos[rows.videos[rows.video[row]]];
    this.card.dataset.frame = frameId(rows, row);
    this.picture.show({
      alt: `Frame of ${video.title}, ${clock(rows.time[row])}`,
      aspect: video.aspect,
      atlasUrl: pictures.frameAtlas(rows, row),
      place: rows.index[row] % 256,
      fullUrl: pictures.frame(rows, row),
      dwell: true,
    });
    const kind = this.kindOf(row);
    const line = element("div", "vab-timeline-kind");
    line.append(element("strong", "", clock(rows.time[row])), swatchOf(kind.colour), words("", kind.label));
    this.said.replaceChildren(line, words("vab-timeline-said", this.captionOf(row)));
  }

  hide() {
    this.card.hidden = true;
    this.pointed = null;
  }
}
