// Pictures to the clipboard, as PNG: the one kind that every browser takes.

import { button, pen } from "../../../core/charts/js/elements.js";
import { why } from "./data.js";

/**
 * A button that copies what `images()` gives, side by side; it says what came of it.
 * @param {() => HTMLImageElement[]} images
 */
export function copyButton(images) {
  const made = button("vab-button", "Copy", "Copy the pictures", async () => {
    try {
      const picture = beside(images());
      await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
      made.textContent = "Copied";
    } catch (error) {
      made.textContent = "Not copied";
      made.title = `This browser did not take the picture: ${why(error)}`;
    }
    setTimeout(() => { made.textContent = "Copy"; }, 2000);
  });
  made.hidden = !navigator.clipboard?.write; // pages without HTTPS have none
  return made;
}

/**
 * The pictures in one line, each as high as the highest.
 * @param {HTMLImageElement[]} images
 * @returns {Promise<Blob>}
 */
function beside(images) {
  const high = Math.max(...images.map((image) => image.naturalHeight));
  const wide = images.map((image) => Math.round((image.naturalWidth * high) / image.naturalHeight));
  const canvas = Object.assign(document.createElement("canvas"),
    { width: wide.reduce((a, b) => a + b, 0), height: high });
  const drawing = pen(canvas);
  let left = 0;
  images.forEach((image, i) => {
    drawing.drawImage(image, left, 0, wide[i], high);
    left += wide[i];
  });
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("it is empty"))), "image/png");
  });
}
