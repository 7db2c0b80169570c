// The clusters below the map: one card each, and the frames of the one that is chosen.

import { clock, counted, percent } from "../../../../../core/format.js";
import { pictures } from "../../../browser/data.js";
import { button, element, swatch, words } from "../../../../../core/charts/js/elements.js";
import { shape } from "../draw/marks.js";
import { clusterColour, clusterTitle } from "../../../../../core/charts/js/colours.js";
import { Facts } from "./cluster_facts.js";
import { compareWith } from "./difference.js";

const FEW_FRAMES = 10;
const AT_ONCE = 60; // frames added to the list each time its end comes into sight

/**
 * @typedef {import("../view.js").MapView} MapView
 * @typedef {import("../../../browser/data.js").Division} Division
 */

export class Clusters {
  /** @param {MapView} view */
  constructor(view) {
    this.view = view;
    /** @type {HTMLElement | null} */
    this.open = null; // the frames of the cluster that is chosen
    /** @type {Map<string, number>} */
    this.ofAll = new Map(); // frames of each group
    /** @type {Map<number, HTMLInputElement>} */
    this.fields = new Map(); // of each cluster's name
    /** @type {{ clustering: string | null, names: Record<string, string> }} */
    this.renamed = { clustering: null, names: {} }; // and not shown by the server yet
    this.cards = element("div", "vab-cluster-grid");
    this.node = element("section", "vab-clusters", undefined, { "aria-label": "Clusters" });
    this.facts = new Facts(view);
  }

  draw() {
    const { view } = this;
    const { division } = view;
    this.open = null;
    this.settle();
    const written = [...this.fields].find(([, field]) => field === document.activeElement);
    this.fields.clear();
    if (!division) return this.node.replaceChildren();
    const head = element("header", "vab-clusters-head");
    head.append(element("h3", "", "Clusters"));
    head.append(element("span", "vab-faint", `${division.numbers.length} clusters of `
      + `${counted(view.divided, "frame")}, divided in the latent space, not on the map`
      + weighed(division.weights)));
    const taken = [...view.rows.index.keys()].filter((row) => !view.sieve?.grey[row]);
    this.ofAll = this.perGroup(taken);
    this.cards = element("div", "vab-cluster-grid");
    for (const number of division.numbers) this.cards.append(this.card(division, number));
    this.node.replaceChildren(head, this.facts.node, this.cards);
    this.facts.fill(division, this.cards);
    if (written) this.write(...written);
    return this.choose(view.focus, false);
  }

  /** Go on with a name that was being written when all was drawn anew. @param {number} number @param {HTMLInputElement} before */
  write(number, { value, selectionStart, selectionEnd }) {
    const field = this.fields.get(number);
    if (!field) return;
    field.value = value;
    field.focus({ preventScroll: true });
    field.setSelectionRange(selectionStart, selectionEnd);
  }

  /** Other names: no card is drawn anew, as somebody may be writing the next name. */
  named() {
    this.settle();
    for (const [number, field] of this.fields) {
      if (field !== document.activeElement) field.value = this.nameOf(number);
    }
    const title = this.open?.querySelector(".vab-strong");
    if (title && this.view.focus) title.textContent = clusterTitle(this.view, this.view.focus);
    this.facts.named();
  }

  /** What the server shows of the names that were given waits no longer. */
  settle() {
    const { names, clustering } = this.view.data;
    const waiting = clustering === this.renamed.clustering ? Object.entries(this.renamed.names) : [];
    const left = waiting.filter(([number, name]) => name !== (names[number] ?? ""));
    this.renamed = { clustering, names: Object.fromEntries(left) };
  }

  /** As it was given, which the server may not show yet. @param {number} number */
  nameOf(number) {
    return this.renamed.names[number] ?? this.view.data.names[number] ?? "";
  }

  /** @param {Division} division @param {number} number */
  card(division, number) {
    const { view } = this;
    const members = division.members[number];
    const card = element("article", "vab-cluster");
    card.dataset.number = String(number);
    card.style.setProperty("--vab-colour", clusterColour(view.data, number));
    const head = element("div", "vab-cluster-head");
    head.append(element("span", "vab-number", String(number)), this.name(number));
    head.append(element("span", "vab-size", `${members.length.toLocaleString("en")} of `
      + `${counted(view.divided, "frame")}, ${percent(members.length, view.divided)}`));
    card.append(head, this.pictures(division, number), ...this.texts(division, number), element("div", "vab-facts"),
      this.shares(members), this.spread(members), element("div", "vab-times"));
    const show = button("vab-button vab-show", "Show frames", `Show the frames of ${number}`,
      () => view.chooseCluster(number, true));
    const foot = element("div", "vab-cluster-foot");
    const leave = button("vab-icon vab-leave", "⊘",
      `Leave cluster ${number} out of clusters, maps, figures and later trainings`, () => view.leaveOut(number));
    foot.append(show, compareWith(view, `cluster:${number}`), leave, element("span", "vab-badges"),
      element("span", "vab-faint", this.caution(members)));
    card.append(foot);
    card.addEventListener("click", (event) => {
      if (!/** @type {Element} */ (event.target).closest("button, input, select, .vab-clickable")) view.chooseCluster(number, true);
    });
    return card;
  }

  /**
   * With each name go those that the server did not show yet: of messages that wait it hears the last.
   * @param {number} number @param {string} name
   */
  rename(number, name) {
    this.settle();
    this.renamed.names[number] = name;
    this.view.trigger("renamed", structuredClone(this.renamed));
  }

  /** @param {number} number */
  name(number) {
    const input = element("input", "vab-name", undefined, {
      "aria-label": `Name of cluster ${number}`, placeholder: `Cluster ${number}`, maxlength: "80" });
    input.value = this.nameOf(number);
    this.fields.set(number, input);
    input.addEventListener("change", () => this.rename(number, input.value.trim()));
    input.addEventListener("keydown", ({ key }) => key === "Enter" && input.blur());
    return input;
  }

  /** @param {Division} division @param {number} number */
  pictures(division, number) {
    const { view } = this;
    const row = division.nearest[number];
    const video = view.videoOf(row);
    const pair = element("div", "vab-pair");
    const part = division.joined.has(number) ? ", of the largest part" : "";
    const modes = division.modes?.[number] ?? [];
    const from = view.data.run.exact ? "mean" : "map of the nearest frame";
    const shown = modes.length ? modes.map((share, i) =>
      ({ mode: i + 1, what: `mode with ${percent(share * 1000, 1000)} of the frames` })) : [{ mode: 0, what: from }];
    const made = shown.map(({ mode, what }) => still(
      pictures.centre(view.data.run, division, number, mode), video.aspect,
      `Decoded from the ${what}, cluster ${number}${part}`, `decoded ${what}${part}`));
    pair.append(made[0]);
    const real = still(pictures.frame(view.rows, row), video.aspect,
      `Frame nearest to the centre of cluster ${number}`,
      `nearest frame · ${clock(view.rows.time[row])}`);
    real.classList.add("vab-clickable");
    real.addEventListener("click", () => view.choose(row, true));
    pair.append(real, ...made.slice(1));
    return pair;
  }

  /**
   * What the model says at the centre, where it has words.
   * @param {Division} division
   * @param {number} number
   */
  texts(division, number) {
    const text = division.texts?.[number];
    if (typeof text !== "string" || this.view.data.run.typical) return [];
    const said = element("div", "vab-card-said");
    said.append(element("span", "vab-label", "words decoded from the centre"));
    said.append(text ? words("vab-card-caption", text)
      : element("span", "vab-faint", "The model says nothing here."));
    if (text) said.title = text;
    return [said];
  }

  /** The cluster's share per group, each beside its share of all frames. @param {number[]} members */
  shares(members) {
    const { view } = this;
    const [here, all] = [this.perGroup(members), this.ofAll];
    const box = element("div", "vab-shares");
    const bar = element("div", "vab-bar", undefined, { "aria-hidden": "true" });
    const said = element("div", "vab-share-words");
    for (const [group, colour] of Object.entries(view.data.groups)) {
      const overall = all.get(group);
      if (!overall) continue;
      const part = element("span");
      part.style.cssText = `flex: ${here.get(group) ?? 0}; background: ${colour}`;
      bar.append(part);
      const line = element("span", "vab-kind");
      line.append(swatch(colour), words("", group));
      line.append(element("strong", "", percent(here.get(group) ?? 0, members.length)));
      line.append(element("span", "vab-faint",
        `${percent(overall, view.divided)} overall`));
      said.append(line);
    }
    box.append(bar, said);
    return box;
  }

  /** @param {number[]} rows */
  perGroup(rows) {
    const { view } = this;
    /** @type {Map<string, number>} */
    const found = new Map();
    for (const row of rows) {
      const { group } = view.videoOf(row);
      found.set(group, (found.get(group) ?? 0) + 1);
    }
    return found;
  }

  /** When the cluster is on screen, in each video that has it. @param {number[]} members */
  spread(members) {
    const { view } = this;
    const box = element("div", "vab-spread");
    /** @type {Map<number, number[]>} */
    const perVideo = new Map();
    for (const row of members) {
      const video = view.rows.video[row];
      const own = perVideo.get(video);
      if (own) own.push(row);
      else perVideo.set(video, [row]);
    }
    const most = [...perVideo].sort((a, b) => b[1].length - a[1].length);
    for (const [video, rows] of most.slice(0, 4)) {
      const { title, duration, every } = view.data.videos[view.rows.videos[video]];
      const line = element("div", "vab-when");
      const strip = shape("svg", "vab-strip", { viewBox: "0 0 1000 1", preserveAspectRatio: "none",
        "aria-hidden": "true" });
      const width = Math.max(2, (1000 * every) / duration); // one drawing: frames may be thousands
      strip.append(shape("path", "", { d: rows.map((row) =>
        `M${((1000 * view.rows.time[row]) / duration).toFixed(1)} 0h${width.toFixed(1)}v1h-${width.toFixed(1)}z`)
        .join("") }));
      line.append(words("vab-ellipsis vab-faint", title), strip);
      line.title = `${counted(rows.length, "frame")} of ${title}, ${clock(view.rows.time[rows[0]])}`
        + ` to ${clock(view.rows.time[rows[rows.length - 1]])}`;
      box.append(line);
    }
    if (most.length > 4) box.append(element("span", "vab-faint", `and ${counted(most.length - 4, "more video")}`));
    return box;
  }

  /** @param {number[]} members */
  caution(members) {
    const videos = new Set(members.map((row) => this.view.rows.video[row]));
    const said = [];
    if (members.length < FEW_FRAMES) said.push("few frames");
    if (videos.size === 1 && this.view.rows.videos.length > 1) said.push("one video only");
    return said.join(", ");
  }

  /**
   * Open the frames of one cluster below its card, or of none.
   * @param {number | null} number
   * @param {boolean} scroll
   */
  choose(number, scroll) {
    const { division } = this.view;
    this.open?.remove();
    for (const card of this.cards.querySelectorAll(".vab-cluster")) {
      card.classList.toggle("vab-chosen", card === this.cardOf(number));
    }
    if (!number || !division) return;
    this.open = this.frames(division, number);
    this.cardOf(number)?.after(this.open);
    if (scroll) this.open.scrollIntoView({ behavior: "smooth", block: "nearest" });
  }

  /** @param {number | null} number */
  cardOf(number) {
    return this.cards.querySelector(`.vab-cluster[data-number="${number}"]`);
  }

  /** @param {Division} division @param {number} number */
  frames(division, number) {
    const { view } = this;
    const members = division.members[number];
    const box = element("div", "vab-members");
    box.style.setProperty("--vab-colour", clusterColour(view.data, number));
    const head = element("header", "vab-clusters-head");
    head.append(words("vab-strong", clusterTitle(view, number)));
    head.append(element("span", "vab-faint",
      `${counted(members.length, "frame")}, original | reconstructed`));
    head.append(button("vab-icon", "×", "Close", () => view.chooseCluster(null)));
    const list = element("div", "vab-member-list");
    const end = element("div", "vab-member-end");
    let shown = 0;
    const more = () => {
      const next = members.slice(shown, shown + AT_ONCE);
      shown += next.length;
      end.before(...next.map((row) => this.member(row)));
      if (shown >= members.length) end.remove();
    };
    list.append(end);
    more();
    new IntersectionObserver((seen) => seen[0].isIntersecting && more(), { root: list, rootMargin: "300px" })
      .observe(end);
    box.append(head, list);
    return box;
  }

  /** @param {number} row */
  member(row) {
    const { view } = this;
    const video = view.videoOf(row);
    const said = `${video.title}, ${clock(view.rows.time[row])}`;
    const made = button("vab-member", "", `Open ${said}`, () => view.choose(row, true));
    const pair = element("span", "vab-pair");
    pair.append(still(pictures.frame(view.rows, row), video.aspect, `Frame of ${said}`));
    pair.append(still(pictures.decoded(view.data.run, view.rows, row), video.aspect,
      `Decoded from the latent of ${said}`));
    const line = element("span", "vab-kind");
    line.append(swatch(view.data.groups[video.group]), words("vab-ellipsis", video.title));
    line.append(element("span", "vab-time", clock(view.rows.time[row])));
    made.append(pair, line);
    made.addEventListener("pointerenter", () => view.point(row));
    made.addEventListener("pointerleave", () => view.point(null));
    return made;
  }
}

/** How the blocks of the latent were weighed, where they were. @param {Record<string, number>} weights */
function weighed(weights) {
  const said = Object.entries(weights).map(([block, weight]) => `${block} ${weight}`).join(", ");
  return said && `; weights: ${said}`;
}

/**
 * A picture that is fetched when it comes near the window, in its video's own shape.
 * @param {string} url
 * @param {number} aspect
 * @param {string} alt
 * @param {string} [label]
 */
function still(url, aspect, alt, label) {
  const figure = element("figure", "vab-picture");
  const box = element("span", "vab-picture-box");
  const image = element("img", "vab-loaded", undefined, { loading: "lazy", alt });
  image.addEventListener("error", () => box.classList.add("vab-missing"));
  box.style.aspectRatio = String(aspect);
  image.src = url;
  box.append(image);
  figure.append(box);
  if (label) figure.append(element("figcaption", "vab-label", label));
  return figure;
}
