// What a run is drawn from: rows, places and labels, fetched once each, and where its pictures are.

import { unpack, unpackPlotly } from "../../../core/charts/js/base64.js";

/**
 * What Python says of a video (payload.py): its shape is width over height, duration and the step
 * from frame to frame are in seconds.
 * @typedef {{ title: string, group: string, colour: string, aspect: number, duration: number,
 *   every: number }} Video
 *
 * Which frame each row of a run is. `video` holds places in `videos`; `time` is in seconds; `last` is
 * the latest; `shown` are those of the whole map that are drawn, null where all are; `base` is the run's.
 * @typedef {{ base: string, videos: string[], video: Uint16Array, index: Int32Array, time: Float32Array,
 *   count: number, last: number, shown: Int32Array | null,
 *   rowOf: { get: (frame: string) => number | undefined } }} Rows
 *
 * Where each row lies on a map.
 * @typedef {import("../../../core/charts/js/frame_plot.js").Places} Places
 *
 * A division into clusters 1 to `k`; 0 is in none. As it is shown, merges made, `numbers` are those
 * that are left, `joined` those that are several in one.
 * @typedef {{ id: string, k: number, labels: Uint16Array, members: number[][], texts: string[] | null,
 *   modes: number[][] | null, nearest: number[], distance: Float32Array,
 *   probability: Float32Array | null, weights: Record<string, number> }} Whole
 * @typedef {Whole & { numbers: number[], joined: Set<number> }} Division
 *
 * A run's id, what addresses of its project begin with, and the version that they carry.
 * @typedef {{ id: string, base: string, version: string, typical?: boolean, exact?: boolean,
 *   mode?: boolean }} Run
 */

/** Of no run yet. @type {Rows} */
export const NO_ROWS = { base: "", videos: [], video: new Uint16Array(), index: new Int32Array(), time: new Float32Array(),
  count: 0, last: 1, shown: null, rowOf: new Map() };

/** @type {Map<string, Promise<any>>} */
const answers = new Map(); // each of what its address says

/** What was thrown, in words. @param {unknown} error */
export const why = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} url @param {RequestInit} [options] */
export async function asked(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/**
 * The answer of an address, asked for once as long as the tab lives; a failure is asked again.
 * @template T
 * @param {string} url
 * @param {(said: any) => T} read out of JSON
 * @returns {Promise<T>}
 */
export function once(url, read) {
  const known = answers.get(url);
  if (known) return known;
  const answer = asked(url).then(read);
  answer.catch(() => answers.delete(url));
  answers.set(url, answer);
  return answer;
}

/** @param {Run} run @param {string} path */
export const runAddress = (run, path) => `${run.base}/runs/${run.id}/${path}?v=${run.version}`;

/** @param {Run} run @returns {Promise<Rows>} */
export function loadRows(run) {
  return once(runAddress(run, "stretches"), (packed) => {
    const { videos } = packed;
    const rows = evenRows({ video: unpack(packed.video, Uint16Array), index: unpack(packed.index, Int32Array),
      time: unpack(packed.time, Float64Array), count: unpack(packed.count, Int32Array), step: unpack(packed.step, Float64Array) });
    return { base: run.base, videos, ...rows, count: rows.index.length, rowOf: frameRows({ videos, ...rows }),
      last: rows.time.reduce((a, b) => Math.max(a, b), 1), shown: packed.shown && unpack(packed.shown, Int32Array) };
  });
}

/**
 * The rows of stretches: `count` of each, of one video, whose indices and times go on by 1 and by `step` seconds.
 * @param {{ video: Uint16Array, index: Int32Array, time: Float64Array, count: Int32Array, step: Float64Array }} stretches
 */
export function evenRows({ video, index, time, count, step }) {
  const total = count.reduce((sum, one) => sum + one, 0);
  const rows = { video: new Uint16Array(total), index: new Int32Array(total), time: new Float32Array(total) };
  for (let one = 0, row = 0; one < count.length; one += 1) {
    for (let i = 0; i < count[one]; i += 1, row += 1) {
      rows.video[row] = video[one];
      rows.index[row] = index[one] + i;
      rows.time[row] = time[one] + i * step[one];
    }
  }
  return rows;
}

/**
 * Which rows the map shows, and which of these in grey; null where all show in colour. Not kept: what
 * an analyst leaves out changes.
 * @param {Run} run
 * @param {string | null} sieve what of it is asked for
 * @returns {Promise<{ shown: Uint8Array, grey: Uint8Array } | null>}
 */
export async function loadSieve(run, sieve) {
  if (!sieve) return null;
  const { shown, grey } = await asked(`${runAddress(run, "sieve")}&${sieve}`);
  return { shown: unpack(shown, Uint8Array), grey: unpack(grey, Uint8Array) };
}

/**
 * The map of a projection as a Plotly figure, and x and y of every row.
 * @param {Run} run
 * @param {string} projection
 * @returns {Promise<{ figure: import("../../../core/charts/js/frame_plot.js").Figure, places: Places }>}
 */
export function loadMap(run, projection) {
  return once(runAddress(run, `figures/${projection}`), (figure) => {
    const [{ x, y }] = figure.data;
    return { figure, places: { x: unpackPlotly(x), y: unpackPlotly(y) } };
  });
}

/** @type {Promise<void> | null} */
let plotly = null;

/** plotly.js, once for the page, which may have begun with it (app.py). @param {string} address */
export function loadPlotly(address) {
  plotly ??= new Promise((done, fail) => {
    if ("Plotly" in window) return done();
    const begun = document.querySelector(`script[src="${address}"]`);
    const script = begun ?? Object.assign(document.createElement("script"), { src: address });
    script.addEventListener("load", () => done());
    script.addEventListener("error", () => {
      plotly = null;
      fail(new Error("plotly.js did not come."));
    });
    return begun || document.head.append(script);
  });
  return plotly;
}

/**
 * The label of every row (from 1, as people see it) and each cluster's rows.
 * @param {Run} run
 * @param {string | null} clustering
 * @returns {Promise<Whole | null>}
 */
export function loadDivision(run, clustering) {
  if (!clustering) return Promise.resolve(null);
  return once(runAddress(run, `clusterings/${clustering}`), (packed) => {
    const labels = unpack(packed.labels, Uint16Array).map((label) => label + 1);
    const members = membersOf(labels, packed.k);
    const texts = packed.texts && ["", ...packed.texts]; // decoded at each centre; of models of words
    return { id: clustering, k: packed.k, labels, members, texts, modes: packed.modes && [[], ...packed.modes], nearest: [-1, ...packed.nearest],
      distance: unpack(packed.distance, Float32Array),
      probability: packed.probability ? unpack(packed.probability, Float32Array) : null,
      weights: packed.weights ?? {} }; // answers of earlier versions, which browsers keep, have none
  });
}

/** Each cluster's rows, those in none first. @param {Uint16Array} labels @param {number} k */
export function membersOf(labels, k) {
  /** @type {number[][]} */
  const members = Array.from({ length: k + 1 }, () => []);
  labels.forEach((number, row) => members[number].push(row));
  return members;
}

/**
 * The division as it is shown: clusters that an analyst merged are one, under the lowest number.
 * @param {Whole | null} division
 * @param {Record<string, number>} merged
 * @returns {Division | null}
 */
export function shownDivision(division, merged) {
  if (!division) return null;
  const shownAs = Array.from({ length: division.k + 1 }, (_, number) => merged[number] ?? number);
  const numbers = shownAs.filter((shown, number) => number > 0 && shown === number);
  const joined = new Set(Object.values(merged)); // their picture is that of the largest part
  if (numbers.length === division.k) return { ...division, numbers, joined };
  const labels = division.labels.map((number) => shownAs[number]);
  return { ...division, numbers, joined, labels, members: membersOf(labels, division.k) };
}

/** @typedef {Pick<Rows, "videos" | "video" | "index">} Frames which frame each row is */

/** The row of "video:index": by numbers, as a map of all these names takes long to make. @param {Frames} rows */
function frameRows({ videos, video, index }) {
  const most = new Int32Array(videos.length);
  for (let row = 0; row < index.length; row += 1) most[video[row]] = Math.max(most[video[row]], index[row]);
  const places = videos.map((_, place) => new Int32Array(most[place] + 1).fill(-1)); // row of each index
  for (let row = 0; row < index.length; row += 1) places[video[row]][index[row]] = row;
  const of = new Map(videos.map((id, place) => [id, places[place]]));
  return {
    get(/** @type {string} */ frame) {
      const colon = frame.lastIndexOf(":");
      const row = of.get(frame.slice(0, colon))?.[Number(frame.slice(colon + 1))] ?? -1;
      return row < 0 ? undefined : row;
    },
  };
}

/** @param {Frames} rows @param {number} row */
export function frameId(rows, row) {
  return `${rows.videos[rows.video[row]]}:${rows.index[row]}`;
}

export const pictures = {
  /** @param {Frames & { base: string }} rows @param {number} row */
  frame: (rows, row) =>
    `${rows.base}/videos/${rows.videos[rows.video[row]]}/frames/${rows.index[row]}.jpg`,
  /** @param {Run} run @param {Frames} rows @param {number} row */
  decoded: (run, rows, row) =>
    runAddress(run, `keyframes/${rows.videos[rows.video[row]]}/${rows.index[row]}.jpg`),
  /**
   * @param {Run} run
   * @param {Division} division
   * @param {number} number
   * @param {number} mode from 1, 0 where there is none
   */
  centre: (run, division, number, mode) =>
    runAddress(run, `clusterings/${division.id}/${number}${mode ? `-${mode}` : ""}.jpg`),
  /** @param {Frames & { base: string }} rows @param {number} row */
  frameAtlas: (rows, row) =>
    `${rows.base}/videos/${rows.videos[rows.video[row]]}/atlas/${Math.floor(rows.index[row] / 256)}.webp`,
  /** @param {Run} run @param {number} row */
  decodedAtlas: (run, row) => runAddress(run, `atlas/${Math.floor(row / 256)}.webp`),
};
