// Arrays as they travel: little-endian, in base64.

const KINDS = { f4: Float32Array, i4: Int32Array, u2: Uint16Array, u1: Uint8Array };

/**
 * The array in a base64 text, of numbers of this kind.
 * @template T
 * @param {string} text
 * @param {new (buffer: ArrayBuffer) => T} Kind
 * @returns {T}
 */
export function unpack(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Kind(bytes.buffer);
}

/**
 * An array of a Plotly figure: {dtype, bdata}, or a list where Plotly wrote one.
 * @param {any} array
 * @returns {Float32Array}
 */
export function unpackPlotly(array) {
  return array?.bdata === undefined ? Float32Array.from(array ?? []) : unpack(array.bdata, /** @type {any} */ (KINDS)[array.dtype]);
}
