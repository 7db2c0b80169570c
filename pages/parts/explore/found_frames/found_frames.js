// What was found: one button a result. Captions and titles are data: they are set as text only.

import { choices } from "../../browser/choices.js";
import { button, element, isChinese, swatch, within, words } from "../../../../core/charts/js/elements.js";

/**
 * A frame that was found (pages/parts/explore/found_frames): `spans` of its caption were looked for.
 * @typedef {{ frame: string, picture: string, aspect: number, title: string, colour: string, time: string,
 *   near: string, caption: string, spans: [number, number][] }} Found
 */

/** @type {WeakMap<HTMLElement, () => void>} */
const unsubscribe = new WeakMap();

/** @param {{ parentElement: HTMLElement, data: { results: Found[] } }} component */
export default function mount({ parentElement, data }) {
  const root = within(parentElement, ".vab-found");
  const drawn = JSON.stringify(data.results);
  if (root.dataset.drawn !== drawn) {
    const list = element("ul", "vab-found-list", undefined, { "aria-label": "Frames found" });
    list.append(...data.results.map(card));
    root.replaceChildren(list);
    root.dataset.drawn = drawn;
  }
  const press = () => root.querySelectorAll("button").forEach((one) =>
    one.setAttribute("aria-pressed", String(one.dataset.frame === choices.now.frame)));
  unsubscribe.get(root)?.();
  unsubscribe.set(root, choices.subscribe(press));
  press();
  return () => unsubscribe.get(root)?.();
}

/** @param {Found} one */
function card(one) {
  const item = element("li");
  const made = button("vab-found-card", "", `${one.title}, ${one.time}`,
    () => choices.choose({ frame: one.frame }));
  made.dataset.frame = one.frame;
  made.removeAttribute("aria-label"); // what is in it is read
  const image = element("img", "", undefined, { loading: "lazy", alt: "" });
  image.src = one.picture;
  image.style.aspectRatio = String(one.aspect);
  const line = element("span", "vab-found-line");
  const dot = swatch(one.colour);
  dot.classList.add("vab-found-dot");
  line.append(dot, words("vab-found-title", one.title), element("span", "vab-found-time", one.time));
  made.append(image, line, marked(one));
  if (one.near) made.append(element("span", "vab-found-near", one.near));
  item.append(made);
  return item;
}

/**
 * The caption with what was looked for marked; spans count characters, as Python does.
 * @param {Found} found
 */
function marked({ caption, spans }) {
  const made = words("vab-found-caption", "");
  if (isChinese(caption)) made.lang = "zh";
  const letters = [...caption];
  const [first] = spans[0] ?? [0];
  const before = isChinese(caption) ? 8 : 20; // letters: what was found is on the first line
  let at = first > before ? first - before : 0;
  const space = letters.slice(at, first).indexOf(" ");
  if (at && space >= 0) at += space + 1; // no word is cut
  if (at) made.append("… ");
  for (const [start, end] of spans) {
    made.append(letters.slice(at, start).join(""),
      element("mark", "", letters.slice(start, end).join("")));
    at = end;
  }
  made.append(letters.slice(at).join(""));
  made.title = caption;
  if (!caption) made.textContent = "no caption";
  return made;
}
