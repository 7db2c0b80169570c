// Spares WebGL a second smoothing: points smooth their own edges, and Plotly asks for all of them to
// be smoothed again, which takes a browser without a graphics card half of the time of a drawing.

/**
 * Call `draw` with every WebGL context that it makes without antialiasing.
 * @template T
 * @param {() => T} draw
 * @returns {T}
 */
export function withoutAntialias(draw) {
  const { prototype } = HTMLCanvasElement;
  const { getContext } = prototype;
  /** @type {(this: HTMLCanvasElement, kind: string, asked?: object) => RenderingContext | null} */
  function unsmoothed(kind, asked) {
    return getContext.call(this, kind, asked && { ...asked, antialias: false });
  }
  prototype.getContext = /** @type {typeof getContext} */ (unsmoothed);
  try {
    return draw();
  } finally {
    prototype.getContext = getContext;
  }
}
