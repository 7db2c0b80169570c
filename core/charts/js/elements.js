// Elements that hold data as text only.

/**
 * An element; its text is set as text, whatever it holds.
 * @param {string} tag
 * @param {string} name
 * @param {string} [text]
 * @param {Record<string, string>} attributes
 * @returns {any}
 */
export function element(tag, name = "", text = undefined, attributes = {}) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** @param {string} name @param {string} text @param {string} label @param {(event: any) => any} act */
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
