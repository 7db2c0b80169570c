// What a run is drawn from: rows, places and labels, fetched once each, and where its pictures are.

import { unpack, unpackPlotly } from "../../../core/charts/js/base64.js";

/**
 * Which frame each row of a run is. `video` holds places in `videos`; `time` is in seconds; `last` is
 * the latest; `shown` are the rows that are drawn, null where all are; `base` is the run's.
 * @typedef {{ base: string, videos: string[], video: Uint16Array, index: Int32Array, time: Float32Array,
 *   count: number, last: number, shown: { rows: Int32Array, mask: Uint8Array } | null,
 *   rowOf: Map<string, number> }} Rows
 *
 * Where each row lies on a map.
 * @typedef {import("../../../core/charts/js/frame_plot.js").Places} Places
 *
 * A division into clusters 1 to `k`; 0 is in none. `numbers` are those shown, merges made.
 * @typedef {{ id: string, k: number, numbers: number[], joined: Set<number>, labels: Uint16Array,
 *   members: number[][], texts: string[] | null, modes: number[][] | null, nearest: number[],
 *   distance: Float32Array, probability: Float32Array | null, weights: Record<string, number> }} Division
 *
 * The caption of a row, and the words decoded from its latent (null of a model without words).
 * @typedef {{ caption: (row: number) => string, decoded: (row: number) => string | null }} Captions
 *
 * A run's id, what addresses of its project begin with, and the version that they carry.
 * @typedef {{ id: string, base: string, version: string, typical?: boolean, exact?: boolean,
 *   mode?: boolean }} Run
 */

const answers = new Map();

/** The answer of an address, asked for once as long as the tab lives; a failure is asked again. */
export function once(url, read) {
  if (!answers.has(url)) {
    const asked = fetch(url).then(async (response) => {
      if (!response.ok) throw new Error(await response.text());
      return read(response);
    });
    asked.catch(() => answers.delete(url));
    answers.set(url, asked);
  }
  return answers.get(url);
}

export const runAddress = (run, path) => `${run.base}/runs/${run.id}/${path}?v=${run.version}`;

export function loadRows(run) {
  return once(runAddress(run, "rows"), async (response) => {
    const packed = await response.json();
    const rows = {
      base: run.base,
      videos: packed.videos,
      video: unpack(packed.video, Uint16Array),
      index: unpack(packed.index, Int32Array),
      time: unpack(packed.time, Float32Array),
    };
    rows.count = rows.index.length;
    rows.shown = packed.shown ? drawnRows(unpack(packed.shown, Int32Array), rows.count) : null;
    rows.last = rows.time.reduce((a, b) => Math.max(a, b), 1);
    rows.rowOf = new Map();
    for (let row = 0; row < rows.count; row += 1) rows.rowOf.set(frameId(rows, row), row);
    return rows;
  });
}

/** The rows that are drawn, of a run with too many for all: in order, and as a mask. */
function drawnRows(rows, count) {
  const mask = new Uint8Array(count);
  for (const row of rows) mask[row] = 1;
  return { rows, mask };
}

/**
 * Which rows the map shows, and which of these in grey; null where all show in colour. Not kept: what
 * an analyst leaves out changes.
 * @returns {Promise<{ shown: Uint8Array, grey: Uint8Array } | null>}
 */
export async function loadSieve(run, sieve) {
  if (!sieve) return null;
  const response = await fetch(`${runAddress(run, "sieve")}&${sieve}`);
  if (!response.ok) throw new Error(await response.text());
  const { shown, grey } = await response.json();
  return { shown: unpack(shown, Uint8Array), grey: unpack(grey, Uint8Array) };
}

/**
 * The map of a projection as a Plotly figure, and x and y of every row.
 * @returns {Promise<{ figure: object, places: Places }>}
 */
export function loadMap(run, projection) {
  return once(runAddress(run, `figures/${projection}`), async (response) => {
    const figure = await response.json();
    const [{ x, y }] = figure.data;
    return { figure, places: { x: unpackPlotly(x), y: unpackPlotly(y) } };
  });
}

/** plotly.js, once for the page. */
export function loadPlotly(address) {
  if (!answers.has(address)) {
    answers.set(address, /** @type {Promise<void>} */ (new Promise((done, fail) => {
      const script = Object.assign(document.createElement("script"), { src: address });
      script.addEventListener("load", () => done());
      script.addEventListener("error", () => {
        answers.delete(address);
        fail(new Error("plotly.js did not come."));
      });
      document.head.append(script);
    })));
  }
  return answers.get(address);
}

/** The label of every row (from 1, as people see it) and each cluster's rows. */
export function loadDivision(run, clustering) {
  if (!clustering) return Promise.resolve(null);
  return once(runAddress(run, `clusterings/${clustering}`), async (response) => {
    const packed = await response.json();
    const labels = unpack(packed.labels, Uint16Array).map((label) => label + 1);
    const members = Array.from({ length: packed.k + 1 }, () => []);
    labels.forEach((number, row) => members[number].push(row));
    const texts = packed.texts && ["", ...packed.texts]; // decoded at each centre; of models of words
    return { id: clustering, k: packed.k, labels, members, texts, modes: packed.modes && [[], ...packed.modes], nearest: [-1, ...packed.nearest],
      distance: unpack(packed.distance, Float32Array),
      probability: packed.probability ? unpack(packed.probability, Float32Array) : null,
      weights: packed.weights ?? {} }; // answers of earlier versions, which browsers keep, have none
  });
}

/** The division as it is shown: clusters that an analyst merged are one, under the lowest number. */
export function shownDivision(division, merged) {
  if (!division) return null;
  const shownAs = Array.from({ length: division.k + 1 }, (_, number) => merged[number] ?? number);
  const numbers = shownAs.filter((shown, number) => number > 0 && shown === number);
  const joined = new Set(Object.values(merged)); // their picture is that of the largest part
  if (numbers.length === division.k) return { ...division, numbers, joined };
  const labels = division.labels.map((number) => shownAs[number]);
  const members = Array.from({ length: division.k + 1 }, () => []);
  labels.forEach((number, row) => members[number].push(row));
  return { ...division, numbers, joined, labels, members };
}

/** The caption of every row, and the words decoded there, null of a model without any. Not kept: an
 * analyst may have corrected a caption since. */
export async function loadCaptions(run) {
  const response = await fetch(runAddress(run, "captions"));
  if (!response.ok) throw new Error(await response.text());
  const packed = await response.json();
  const text = unpack(packed.text, Int32Array);
  return {
    caption: (row) => packed.texts[text[row]],
    decoded: (row) => packed.decoded?.[row] ?? null,
  };
}

export function frameId(rows, row) {
  return `${rows.videos[rows.video[row]]}:${rows.index[row]}`;
}

export const pictures = {
  frame: (rows, row) =>
    `${rows.base}/videos/${rows.videos[rows.video[row]]}/frames/${rows.index[row]}.jpg`,
  decoded: (run, rows, row) =>
    runAddress(run, `keyframes/${rows.videos[rows.video[row]]}/${rows.index[row]}.jpg`),
  centre: (run, division, number, mode) =>
    runAddress(run, `clusterings/${division.id}/${number}${mode ? `-${mode}` : ""}.jpg`),
  frameAtlas: (rows, row) =>
    `${rows.base}/videos/${rows.videos[rows.video[row]]}/atlas/${Math.floor(rows.index[row] / 256)}.webp`,
  decodedAtlas: (run, row) => runAddress(run, `atlas/${Math.floor(row / 256)}.webp`),
};
