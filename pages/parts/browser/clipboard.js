// Pictures to the clipboard, as PNG: the one kind that every browser takes.

import { button, pen } from "../../../core/charts/js/elements.js";
import { why } from "./data.js";

const LETTERS = 80; // in a line of a card, about

/**
 * A button that copies what `images()` gives, side by side above what `lines()` say; it says what came
 * of it.
 * @param {string} label
 * @param {string} about
 * @param {() => HTMLImageElement[]} images
 * @param {() => string[]} lines
 */
export function copyButton(label, about, images, lines = () => []) {
  const made = button("vab-button", label, about, async () => {
    try {
      const picture = Promise.all(images().map(readable)).then((ours) => drawn(ours, lines()));
      await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
      made.textContent = "Copied";
    } catch (error) {
      made.textContent = "Not copied";
      made.title = `This browser did not take the picture: ${why(error)}`;
    }
    setTimeout(() => { made.textContent = label; }, 2000);
  });
  made.hidden = !navigator.clipboard?.write; // pages without HTTPS have none
  return made;
}

/**
 * The same picture from the page's own server: what a bucket gave may be shown, not read back.
 * @param {HTMLImageElement} image
 * @returns {Promise<HTMLImageElement>}
 */
async function readable(image) {
  const address = new URL(image.src);
  if (address.origin !== location.origin) return image; // the picture is in its address
  address.searchParams.set("here", "1");
  const again = new Image();
  again.src = address.href;
  await again.decode();
  return again;
}

/**
 * The pictures in one line, each as high as the highest; words below them, black on white.
 * @param {HTMLImageElement[]} images
 * @param {string[]} lines
 * @returns {Promise<Blob>}
 */
function drawn(images, lines) {
  const high = Math.max(...images.map((image) => image.naturalHeight));
  const wide = images.map((image) => Math.round((image.naturalWidth * high) / image.naturalHeight));
  const width = wide.reduce((a, b) => a + b, 0);
  const size = Math.max(12, Math.round((1.8 * width) / LETTERS)); // of a letter, in pixels
  const font = `${size}px "Noto Sans", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", sans-serif`;
  const canvas = Object.assign(document.createElement("canvas"), { width, height: high });
  const drawing = pen(canvas);
  drawing.font = font;
  const broken = lines.flatMap((line) => wrapped((text) => drawing.measureText(text).width, line, width - 2 * size));
  if (broken.length) canvas.height = high + Math.round((1.4 * broken.length + 1) * size); // forgets the font
  Object.assign(drawing, { font, fillStyle: "#fff" });
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  let left = 0;
  images.forEach((image, i) => {
    drawing.drawImage(image, left, 0, wide[i], high);
    left += wide[i];
  });
  drawing.fillStyle = "#111";
  broken.forEach((line, i) => drawing.fillText(line, size, high + (1.4 * i + 1.5) * size));
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("it is empty"))), "image/png");
  });
}

const PARTS = /[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+/g; // a letter of Chinese, a word else

/**
 * A text in lines, each at most so long as `lengthOf` measures it, unless a word alone is longer.
 * @param {(text: string) => number} lengthOf
 * @param {string} text
 * @param {number} most
 */
export function wrapped(lengthOf, text, most) {
  const lines = [""];
  for (const part of text.match(PARTS) ?? []) {
    const line = lines[lines.length - 1];
    if (line && lengthOf(line + part.trimEnd()) > most) lines.push(part);
    else lines[lines.length - 1] += part;
  }
  return lines.map((line) => line.trimEnd()).filter(Boolean);
}
