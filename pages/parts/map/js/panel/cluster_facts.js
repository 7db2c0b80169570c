// What a cluster's card says once it is drawn: marking words, time, near frames, certainty.

import { clock, counted, percent } from "../../../../../core/format.js";
import { asked, pictures, runAddress, why } from "../../../browser/data.js";
import { button, element, words } from "../../../../../core/charts/js/elements.js";
import { clusterTitle } from "../../../../../core/charts/js/colours.js";
import { typicalWords } from "./place.js";

const ON_LABEL = 3; // marking words
const THUMBNAILS = 5; // beside the frame nearest to the centre, which the card has anyway

/**
 * @typedef {import("../view.js").MapView} MapView
 *
 * What the server says of a cluster (core/api/cluster_cards.py): words with how often they are said
 * here and elsewhere, `segments` captions, the rows nearest to its centre, and when it is on.
 * @typedef {{ number: number, words: [string, number, number][], segments: number, nearest: number[],
 *   robust: boolean, between: number | null, time: { first: number, last: number, longest: number, only: boolean,
 *     stretches: number, autocorrelation: number | null } | null }} ClusterSaid
 * @typedef {{ clusters: ClusterSaid[], captions: boolean, typical: Record<string, [string, number][]> | null,
 *   between_count: number | null, between: { row: number, clusters: number[], shares: number[] }[],
 *   outside: number[] }} AllSaid
 */

export class Facts {
  /** @param {MapView} view */
  constructor(view) {
    this.view = view;
    this.node = element("div", "vab-undecided");
    /** @type {Map<number, string[]>} */
    this.marking = new Map(); // the first words that mark each cluster
    /** @type {AllSaid | null} */
    this.found = null;
  }

  /** Fill the cards of this division when the answer has come, unless others are shown by then.
   * Asked for at each drawing: captions and merges change the answer.
   * @param {import("../../../browser/data.js").Division} division
   * @param {HTMLElement} cards
   */
  async fill(division, cards) {
    this.node.replaceChildren();
    this.marking = new Map();
    this.found = null;
    /** @type {AllSaid} */
    let found;
    try {
      found = await asked(runAddress(this.view.data.run, `clusterings/${division.id}/cards`));
    } catch (error) {
      this.node.replaceChildren(element("p", "vab-faint",
        `What marks the clusters could not be read: ${why(error)}`));
      return;
    }
    if (this.view.division !== division) return;
    this.marking = new Map(found.clusters.map((one) =>
      [one.number, one.words.slice(0, ON_LABEL).map(([word]) => word)]));
    this.view.markOver();
    for (const one of found.clusters) {
      const card = cards.querySelector(`.vab-cluster[data-number="${one.number}"]`);
      if (!card) continue;
      card.querySelector(".vab-facts")?.replaceChildren(
        ...this.typical(found, one.number), ...this.words(one, found.captions),
        ...this.near(one));
      card.querySelector(".vab-times")?.replaceChildren(...this.time(one));
      card.querySelector(".vab-badges")?.replaceChildren(...this.badges(one));
    }
    this.found = found;
    this.named();
  }

  /** The frames that are listed name clusters. */
  named() {
    if (this.found) this.node.replaceChildren(...this.between(this.found), ...this.outside(this.found));
  }

  /** Phrases that were really said, one for each language. @param {AllSaid} found @param {number} number */
  typical(found, number) {
    if (!found.typical || !found.captions) return [];
    const phrases = found.typical[number] ?? [];
    return phrases.length ? [typicalWords("typical words here", phrases)] : [];
  }

  /** @param {ClusterSaid} one @param {boolean} captions whether there are any */
  words(one, captions) {
    if (!captions) return [];
    const box = element("div", "vab-card-said");
    if (!one.segments) {
      box.append(element("span", "vab-faint", "Nothing is said here."));
      return [box];
    }
    const label = element("span", "vab-label",
      `words that mark it · ${counted(one.segments, "caption")} here`);
    label.title = "Said here clearly more often than in the other clusters: weighted log-odds with a "
      + "prior, stop words left out, English and Chinese apart. A number is how often it is said "
      + "here, behind the slash how often elsewhere.";
    box.append(label);
    const list = element("div", "vab-marking");
    for (const [word, here, elsewhere] of one.words) {
      const mark = words("vab-mark", word);
      mark.append(" ", element("small", "", `${here}/${elsewhere}`));
      mark.title = `said ${here} times here, ${elsewhere} elsewhere`;
      list.append(mark);
    }
    box.append(one.words.length ? list
      : element("span", "vab-faint", "No word is said here clearly more often than elsewhere."));
    return [box];
  }

  /** The frames nearest to the centre after the first. @param {ClusterSaid} one */
  near(one) {
    const { view } = this;
    const rows = one.nearest.slice(1, 1 + THUMBNAILS);
    if (!rows.length) return [];
    const box = element("div", "vab-card-said");
    box.append(element("span", "vab-label", "next nearest frames"));
    const strip = element("div", "vab-near");
    for (const row of rows) strip.append(frameButton(view, row));
    box.append(strip);
    return [box];
  }

  /** @param {ClusterSaid} one */
  time(one) {
    const { time } = one;
    if (!time) return [];
    const { rows } = this.view;
    const where = this.view.videoOf(time.first).title;
    const from = `${clock(rows.time[time.first])} to ${clock(rows.time[time.last])}`;
    const share = percent(time.longest * 1000, 1000);
    const said = time.only
      ? words("vab-caution", `Only a stretch of time: ${share} of its frames follow each other, ${where} ${from}.`)
      : element("span", "vab-faint", `${counted(time.stretches, "stretch", "stretches")}, the longest has `
        + `${share} of its frames`);
    const from_frame_to_frame = time.autocorrelation === null ? ""
      : ` From one frame to the next the correlation of being in it is ${time.autocorrelation.toFixed(2)}.`;
    said.title = (time.only ? "At least 90 % of its frames follow each other in one video, so it may "
      + "be one scene, not a theme." : `The longest: ${where} ${from}.`) + from_frame_to_frame;
    return [said];
  }

  /** @param {ClusterSaid} one */
  badges(one) {
    const made = [];
    if (one.robust) {
      const badge = element("span", "vab-badge", "robust");
      badge.title = "It keeps at least 75 % of its members (Jaccard) as k grows by 1, 2 and 3, so the "
        + "number of clusters did not make it.";
      made.push(badge);
    }
    if (one.between) {
      const badge = element("span", "vab-badge", `${one.between} between`);
      badge.title = `${counted(one.between, "frame")} of it, where the mixture gives it less than 90 %.`;
      made.push(badge);
    }
    return made;
  }

  /** @param {AllSaid} found */
  between(found) {
    if (found.between_count === null) return [];
    if (!found.between_count) {
      return [element("p", "vab-faint",
        "No frame lies between clusters: the mixture gives each at least 90 % to one of them.")];
    }
    const all = counted(found.between_count, "frame");
    const more = found.between.length < found.between_count
      ? `, the ${found.between.length} most undecided are shown` : "";
    return [this.list(`Between clusters: ${all}`,
      `where the mixture gives less than 90 % to any cluster${more}`,
      found.between.map(({ row, clusters, shares }) => {
        const said = clusters.map((number, i) =>
          `${clusterTitle(this.view, number)} ${percent(shares[i] * 1000, 1000)}`).join(" · ");
        return frameButton(this.view, row, said);
      }))];
  }

  /** @param {AllSaid} found */
  outside(found) {
    if (!found.outside.length) return [];
    const share = percent(found.outside.length, this.view.rows.count);
    return [this.list(`In no cluster: ${counted(found.outside.length, "frame")}, ${share}`,
      "like too few others to be one; grey on the map",
      found.outside.slice(0, 120).map((row) => frameButton(this.view, row,
        `${this.view.videoOf(row).title}, ${clock(this.view.rows.time[row])}`)))];
  }

  /**
   * A list that opens; its pictures are fetched when they come into sight.
   * @param {string} title
   * @param {string} about
   * @param {HTMLElement[]} frames
   */
  list(title, about, frames) {
    const box = element("details", "vab-between");
    const head = element("summary");
    head.append(element("span", "vab-strong", title), " ", element("span", "vab-faint", about));
    const rows = element("div", "vab-between-list");
    rows.append(...frames);
    box.append(head, rows);
    return box;
  }
}

/**
 * A frame that opens in the panel, and shows its place on the map while it is pointed at.
 * @param {MapView} view
 * @param {number} row
 */
function frameButton(view, row, said = "") {
  const where = `${view.videoOf(row).title}, ${clock(view.rows.time[row])}`;
  const made = button("vab-thumbnail", "", `Open ${where}`, () => view.choose(row, true));
  made.append(element("img", "", undefined,
    { src: pictures.frame(view.rows, row), alt: `Frame of ${where}`, loading: "lazy" }));
  if (said) made.append(words("vab-label", said));
  made.addEventListener("pointerenter", () => view.point(row));
  made.addEventListener("pointerleave", () => view.point(null));
  return made;
}
