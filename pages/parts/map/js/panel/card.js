// The small card beside the pointer: both pictures, the words and where they come from.

import { clock } from "../../../../../core/format.js";
import { frameId } from "../../../browser/data.js";
import { element, isChinese, swatch, words } from "../../../../../core/charts/js/elements.js";
import { PicturePair } from "../../../browser/pictures.js";
import { clusterColour, clusterTitle } from "../../../../../core/charts/js/colours.js";

/** @typedef {import("../view.js").MapView} MapView */

/** A text with where it comes from, on at most three lines; nothing where there is none. */
class Said {
  /** @param {string} origin */
  constructor(origin) {
    this.node = element("div", "vab-card-said");
    this.text = words("vab-card-caption", "");
    this.node.append(element("span", "vab-label", origin), this.text);
  }

  /** @param {string | null | undefined} text */
  show(text) {
    this.node.hidden = !text;
    this.text.textContent = text ?? "";
    this.text.lang = isChinese(text ?? "") ? "zh" : "";
  }
}

export class HoverCard {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.node = element("div", "vab-card", undefined, { role: "tooltip" });
    this.pair = new PicturePair();
    this.caption = new Said("caption");
    this.decoded = new Said("words decoded from the latent");
    this.where = element("div", "vab-card-where");
    this.kinds = element("div", "vab-card-kinds");
    this.node.append(this.pair.node, this.where, this.caption.node, this.decoded.node, this.kinds);
    this.node.hidden = true;
    /** @type {number | null} */
    this.row = null;
    root.append(this.node);
  }

  /**
   * Beside (x, y) of the window.
   * @param {MapView} view
   * @param {number} row
   * @param {number} x
   * @param {number} y
   */
  show(view, row, x, y) {
    if (this.row !== row || this.node.hidden) this.fill(view, row);
    this.node.hidden = false;
    placeCard(view, this.node, x, y);
  }

  hide() {
    this.node.hidden = true;
    this.row = null;
  }

  /** @param {MapView} view @param {number} row */
  fill(view, row) {
    const { data, rows, division } = view;
    const video = view.videoOf(row);
    this.row = row;
    this.node.dataset.frame = frameId(rows, row);
    this.pair.show(view, row, true);
    const time = element("strong", "vab-time", clock(rows.time[row]));
    this.where.replaceChildren(words("vab-ellipsis", video.title), time);
    this.say(view);
    const group = element("span", "vab-kind");
    group.append(swatch(data.groups[video.group]), words("", video.group));
    this.kinds.replaceChildren(group);
    if (division) {
      const number = division.labels[row];
      const cluster = element("span", "vab-kind");
      cluster.append(swatch(clusterColour(data, number)), words("", clusterTitle(view, number)));
      this.kinds.prepend(cluster);
    }
  }

  /** What is said at its row, which may come later than the pointer. @param {MapView} view */
  say({ captions }) {
    if (this.row === null) return;
    this.caption.show(captions?.caption(this.row));
    this.decoded.show(captions?.decoded(this.row));
  }
}

/**
 * A card beside the pointer at (x, y) of the window; of two maps below its own, as it would hide the
 * place that is lit on the other.
 * @param {MapView} view
 * @param {HTMLElement} card
 * @param {number} x
 * @param {number} y
 */
export function placeCard(view, card, x, y) {
  if (!view.twin) return besidePointer(card, x, y);
  const { left, bottom } = view.map.getBoundingClientRect();
  card.style.left = `${left}px`;
  card.style.top = `${Math.max(8, Math.min(bottom + 8, window.innerHeight - card.offsetHeight - 8))}px`;
  return undefined;
}

/**
 * A card beside (x, y) of the window, on the side where there is room for all of it.
 * @param {HTMLElement} card
 * @param {number} x
 * @param {number} y
 */
function besidePointer(card, x, y) {
  const { offsetWidth: width, offsetHeight: height } = card;
  const [gap, margin] = [18, 8];
  let left = x + gap;
  if (left + width > window.innerWidth - margin) left = x - gap - width;
  let top = y - height / 2;
  top = Math.min(Math.max(top, margin), window.innerHeight - height - margin);
  card.style.left = `${Math.max(margin, left)}px`;
  card.style.top = `${Math.max(margin, top)}px`;
}
