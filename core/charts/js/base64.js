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
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i); // a tenth of what `from` takes
  return new Kind(bytes.buffer);
}

/**
 * An array of a Plotly figure: {dtype, bdata}, or a list where Plotly wrote one.
 * @typedef {number[] | { dtype: keyof typeof KINDS, bdata: string }} PlotlyArray
 * @param {PlotlyArray} array
 * @returns {Float32Array}
 */
export function unpackPlotly(array) {
  if (Array.isArray(array)) return Float32Array.from(array);
  /** @type {new (buffer: ArrayBuffer) => Float32Array | Int32Array | Uint16Array | Uint8Array} */
  const Kind = KINDS[array.dtype];
  const numbers = unpack(array.bdata, Kind);
  return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
}
