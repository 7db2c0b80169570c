// Elements that hold data as text only.

/**
 * An element; its text is set as text, whatever it holds.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} name
 * @param {string} [text]
 * @param {Record<string, string>} attributes
 */
export function element(tag, name = "", text = undefined, attributes = {}) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/**
 * The element there, which the page has.
 * @param {ParentNode} node
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function within(node, selector) {
  const found = node.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** What a canvas is drawn with. @param {HTMLCanvasElement} canvas */
export function pen(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser has no memory left for pictures.");
  return context;
}

/**
 * @param {string} name
 * @param {string} text
 * @param {string} label
 * @param {(event: MouseEvent) => unknown} act
 */
export function button(name, text, label, act) {
  const made = element("button", name, text, { type: "button", "aria-label": label });
  if (label !== text) made.title = label;
  made.addEventListener("click", act);
  return made;
}

/** @param {string} colour */
export function swatch(colour) {
  const made = element("span", "vab-swatch", undefined, { "aria-hidden": "true" });
  made.style.background = colour;
  return made;
}

/** @param {string} text */
export const isChinese = (text) => /[\u3400-\u9fff]/.test(text);

/**
 * Chinese in a font that has it, without asking which language a title is in.
 * @param {string} name
 * @param {string} text
 */
export function words(name, text) {
  const made = element("span", name, text, { dir: "auto" });
  if (isChinese(text)) made.lang = "zh";
  return made;
}
