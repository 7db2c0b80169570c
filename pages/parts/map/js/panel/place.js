// What is decoded where no frame is: the card that follows the pointer, and the pinned panel.

import { clock, counted } from "../../../../../core/format.js";
import { choices } from "../../../browser/choices.js";
import { button, element, swatch, words } from "../../../../../core/charts/js/elements.js";
import { why } from "../../../browser/data.js";
import { framePicture, Picture } from "../../../browser/pictures.js";
import { decodePlace, distanceWords, Following } from "../model/decode.js";
import { placeCard } from "./card.js";

/**
 * @typedef {import("../view.js").MapView} MapView
 * @typedef {import("../model/decode.js").Place} Place
 * @typedef {import("../model/decode.js").Answer} Answer
 *
 * A place that was pinned; it has a letter once it is kept, and an answer or a trouble once that came.
 * @typedef {Place & { letter?: string, answer?: Answer, trouble?: string }} Pin
 */

/** A decoded picture in a box of the shape of the video it resembles. */
export class DecodedPicture {
  /** @param {string} label */
  constructor(label) {
    this.node = element("figure", "vab-picture");
    this.box = element("div", "vab-picture-box");
    this.image = element("img", "vab-loaded", undefined, { alt: "Decoded picture of this place" });
    this.image.hidden = true;
    this.box.append(this.image);
    this.node.append(this.box, element("figcaption", "vab-label", label));
  }

  /** @param {MapView} view @param {Answer} answer */
  show(view, answer) {
    this.box.style.aspectRatio = String(view.videoOf(answer.row).aspect);
    this.image.src = answer.picture;
    this.image.hidden = false;
  }
}

/**
 * What is said at a place: phrases said nearby, decoded words, nothing for a model without words.
 * @param {Answer} answer
 */
function decodedWords(answer) {
  if (answer.typical) return [typicalWords("typical words near here", answer.typical)];
  if (typeof answer.words !== "string") return [];
  const said = element("div", "vab-section");
  said.append(element("span", "vab-label", "words decoded here"));
  said.append(answer.words ? words("vab-words", answer.words)
    : element("span", "vab-faint", "The model says nothing here."));
  return [said];
}

/**
 * Phrases that were really said, one for each language, each with the captions behind it.
 * @param {string} label
 * @param {[string, number][]} phrases
 */
export function typicalWords(label, phrases) {
  const box = element("div", "vab-card-said");
  box.append(element("span", "vab-label", label));
  for (const [text, captions] of phrases) {
    const line = words("vab-card-caption", text);
    line.title = `said in one of ${counted(captions, "caption")} here`;
    box.append(line, element("span", "vab-faint", `of ${counted(captions, "caption")}`));
  }
  if (!phrases.length) box.append(element("span", "vab-faint", "Nothing is said near here."));
  return box;
}

/** The card beside the pointer over empty space. */
export class PlaceCard {
  /** @param {MapView} view */
  constructor(view) {
    this.view = view;
    /** @type {Answer | null} */
    this.answer = null;
    /** @type {[number, number]} */
    this.pointer = [0, 0];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.slow = undefined;
    this.node = element("div", "vab-place-card", undefined, { role: "tooltip" });
    this.picture = new DecodedPicture("decoded here, no real frame");
    this.nearest = new Picture("nearest real frame");
    this.pair = element("div", "vab-pair");
    this.pair.append(this.picture.node, this.nearest.node);
    this.said = element("div", "vab-card-decoded");
    this.far = element("div", "vab-faint");
    this.node.append(this.pair, this.said, this.far);
    this.node.hidden = true;
    view.root.append(this.node);
    this.following = new Following(view, (place, answer) => this.fill(place, answer),
      (error) => this.trouble(error));
  }

  /**
   * The pointer is at (x, y) of the window, over this place of the map.
   * @param {Place} place
   * @param {number} x
   * @param {number} y
   */
  follow(place, x, y) {
    this.pointer = [x, y];
    this.following.go(place);
    if (this.answer) this.move();
    else this.slow ??= setTimeout(() => this.wait(), 400);
  }

  hide() {
    this.following.stop();
    clearTimeout(this.slow);
    this.slow = undefined;
    this.node.hidden = true;
    this.answer = null;
  }

  wait() {
    this.pair.hidden = true;
    this.said.replaceChildren();
    this.far.textContent = "Opening the model …";
    this.move();
  }

  /** @param {Place} place @param {Answer} answer */
  fill(place, answer) {
    clearTimeout(this.slow);
    const { view } = this;
    const { aspect } = view.videoOf(answer.row);
    const other = this.answer?.row !== answer.row;
    this.answer = answer;
    this.pair.hidden = false;
    this.pair.classList.toggle("vab-upright", aspect < 1);
    this.picture.show(view, answer);
    if (other) this.nearest.show(framePicture(view, answer.row, true));
    this.said.replaceChildren(...decodedWords(answer));
    this.far.textContent = distanceWords(answer.distance);
    this.node.dataset.place = `${place.x},${place.y}`;
    this.move();
  }

  /** @param {unknown} error */
  trouble(error) {
    clearTimeout(this.slow);
    this.pair.hidden = true;
    this.answer = null;
    this.said.replaceChildren();
    this.far.textContent = `This place cannot be decoded: ${why(error)}`;
    this.move();
  }

  move() {
    this.node.hidden = false;
    placeCard(this.view, this.node, ...this.pointer);
  }
}

/** What the panel says of a pinned place. @param {MapView} view @param {Pin} pin */
export function placeContent(view, pin) {
  const { answer } = pin;
  const head = element("header", "vab-panel-head");
  const title = element("div", "vab-panel-title");
  title.append(element("span", "vab-strong", pin.letter ? `Place ${pin.letter}` : "A place on the map"));
  title.append(element("span", "vab-faint", "Decoded: no frame lies here"));
  head.append(title, button("vab-icon", "×", "Close", () => view.choose(null)));
  const acts = element("div", "vab-acts");
  acts.append(pin.letter
    ? button("vab-button", "Remove", "Remove this place", () => view.pins.remove(pin))
    : button("vab-button", "Keep", "Keep this place on the map (K)", () => view.pins.keep(pin)));
  acts.append(button("vab-button", "Walk from here", "Walk from here (W)", () => view.walk.begin(pin)));
  if (!answer) {
    return [head, element("p", "vab-faint", pin.trouble ?? "Decoding …"), acts];
  }
  const { aspect } = view.videoOf(answer.row);
  const pair = element("div", "vab-pair");
  pair.classList.toggle("vab-upright", aspect < 1);
  const decoded = new DecodedPicture("decoded");
  decoded.show(view, answer);
  const real = new Picture("nearest real frame");
  real.show(framePicture(view, answer.row, false));
  real.node.classList.add("vab-clickable");
  real.node.addEventListener("click", () => view.choose(answer.row));
  pair.append(decoded.node, real.node);
  const nearest = element("div", "vab-section");
  const video = view.videoOf(answer.row);
  const open = button("vab-link vab-kind", "", "Open the nearest frame", () => view.choose(answer.row));
  open.append(swatch(view.data.groups[video.group]), words("vab-ellipsis", video.title),
    element("span", "vab-time", clock(view.rows.time[answer.row])));
  nearest.append(element("span", "vab-label", "Nearest real frame"), open);
  const caption = view.captions?.caption(answer.row);
  if (caption) nearest.append(words("vab-words", caption));
  const far = element("p", "vab-distance", `${distanceWords(answer.distance)}.`);
  return [head, pair, far, ...decodedWords(answer), nearest, acts,
    element("p", "vab-faint", madeOf(view.data.run))];
}

/** What a place of the map is decoded from. @param {import("../../../browser/data.js").Run} run */
function madeOf({ exact, mode }) {
  const what = exact ? "latents" : "latent maps";
  const mean = `Made of the ${what} of the 8 frames nearest on the map, weighted by distance.`;
  return mode ? `${mean} The picture is that of the mode near there: a mean shift to where frames lie densest.` : mean;
}

/** Places that an analyst pinned: the one that is open, and those kept, with letters. */
export class Pins {
  /** @param {MapView} view */
  constructor(view) {
    this.view = view;
    /** @type {Pin[]} */
    this.kept = [];
    /** @type {Pin | null} */
    this.open = null;
  }

  /** "projection:x,y;x,y": places mean nothing on another map. */
  get text() {
    const places = this.kept.map(({ x, y }) => `${x},${y}`).join(";");
    return places && `${this.view.data.projection}:${places}`;
  }

  /** Take the kept places of such a text, if it is of this map. @param {string} text */
  read(text) {
    const [projection, places] = text.split(":");
    const own = places && projection === this.view.data.projection;
    this.kept = (own ? places.split(";") : []).slice(0, 26).map((part) => {
      const [x, y] = part.split(",").map(Number);
      return { x, y };
    }).filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
    this.letters();
  }

  letters() {
    this.kept.forEach((pin, place) => { pin.letter = String.fromCharCode(65 + place); });
  }

  /** Open a place in the panel; what is decoded there is asked for, unless it is known. @param {Pin} pin */
  async pin(pin) {
    const { view } = this;
    this.open = pin;
    view.panel.showPlace(pin);
    view.mark();
    if (pin.answer) return;
    try {
      pin.answer = await decodePlace(view, pin);
    } catch (error) {
      pin.trouble = `This place cannot be decoded: ${why(error)}`;
    }
    if (this.open === pin) view.panel.showPlace(pin);
  }

  /** @param {Pin} pin */
  keep(pin) {
    if (pin.letter || this.kept.length === 26) return;
    this.kept.push(pin);
    this.changed(pin);
  }

  /** @param {Pin} pin */
  remove(pin) {
    this.kept = this.kept.filter((other) => other !== pin);
    pin.letter = undefined; // it stays open
    this.changed(pin);
  }

  /** @param {Pin} pin */
  changed(pin) {
    this.letters();
    this.view.panel.showPlace(pin);
    this.view.mark();
    choices.choose({ pins: this.text }, this.view);
  }

  /** The kept place whose pin lies over a place of the map. @param {Place} place */
  at(place) {
    const [left, top] = this.view.pixelOf(place.x, place.y);
    return this.kept.find(({ x, y }) => {
      const [px, py] = this.view.pixelOf(x, y);
      return Math.hypot(px - left, py - top) < 13;
    }) ?? null;
  }
}
