// Which colour each row has: the kinds of each colouring, and ramps.

import { clock, percent } from "../../format.js";

/**
 * What people call frames, and how they colour them.
 * @typedef {{ names: Record<string, string>, chosen: Record<string, string>,
 *   palette: { clusters: string[], time: string[], certainty: string[], kept: string[], grey: string },
 *   videos: Record<string, { title: string, group: string, colour: string }>,
 *   groups: Record<string, string> }} Named
 *
 * What is known of the frames of a map; `coloured` is what their colours say.
 * @typedef {{ data: Named, coloured: string, extras: Known, sieve: { grey: Uint8Array } | null,
 *   rows: { videos: string[], video: Uint16Array, index: Int32Array, time: Float32Array, last: number },
 *   division: { numbers: number[], members: number[][], labels: Uint16Array, distance: Float32Array,
 *     probability: Float32Array | null } | null }} Coloured
 *
 * What the server says beside the map, null until it is there; `said` is why it cannot be had.
 * @typedef {"tag" | `column:${string}`} WrittenName
 * @typedef {{ names: string[], of: Uint16Array }} Written each row's place in `names` from 1, 0 none
 * @typedef {{ neighbours: number, kept: number, of: Float32Array }} Neighbours
 * @typedef {Neighbours & { trustworthiness: number, continuity: number }} Kept
 * @typedef {Neighbours & { chance: number }} Shared
 * @typedef {{ of: Float32Array, low: number, high: number, about: string }} Measured
 * @typedef {{ of: {
 *     (name: "kept"): Kept | null, (name: "shared"): Shared | null,
 *     (name: WrittenName): Written | null, (name: string): Measured | null },
 *   said: (name: string) => string | undefined }} Known
 *
 * Frames of one colour; `number` is a cluster's.
 * @typedef {{ label: string, colour: string, count: number, number?: number }} Kind
 */

/**
 * The kinds of one colouring, those that have frames, and the colour of each row.
 * @param {Coloured} view
 * @returns {{ kinds: Kind[], colourOf: (row: number) => string }}
 */
export function kindsOf(view) {
  const { data, rows, division, coloured } = view;
  if (coloured === "cluster" && division) return clusterKinds(view, division);
  if (written(coloured)) return writtenKinds(view, coloured);
  const videos = rows.videos.map((id) => data.videos[id]);
  const kinds = coloured === "group"
    ? Object.entries(data.groups).map(([label, colour]) => ({ label, colour, count: 0 }))
    : videos.map(({ title, colour }) => ({ label: title, colour, count: 0 }));
  const groups = Object.keys(data.groups);
  const place = videos.map((video, i) => (coloured === "group" ? groups.indexOf(video.group) : i));
  for (const video of rows.video) kinds[place[video]].count += 1;
  return { kinds: kinds.filter((kind) => kind.count), colourOf: (row) => kinds[place[rows.video[row]]].colour };
}

/** @param {Coloured} view @param {NonNullable<Coloured["division"]>} division */
function clusterKinds(view, { numbers, members, labels }) {
  const { data, sieve } = view;
  /** @type {Kind[]} */
  const kinds = numbers.map((number) => ({ number, label: clusterTitle(view, number),
    colour: clusterColour(data, number), count: members[number].length }));
  const colours = new Map(kinds.map(({ number, colour }) => [number, colour]));
  const { grey } = data.palette;
  const outside = members[0].filter((row) => !sieve?.grey[row]).length;
  if (outside) kinds.push({ label: "In no cluster", colour: grey, count: outside });
  const gone = sieve?.grey.reduce((sum, one) => sum + one, 0) ?? 0;
  if (gone) kinds.push({ label: "Left out", colour: grey, count: gone });
  return { kinds, colourOf: (/** @type {number} */ row) => colours.get(labels[row]) ?? grey };
}

export const COLUMN = "column:"; // begins the colouring by a column of the videos

/**
 * Whether a colouring says what people wrote: tags, or a column of the videos.
 * @param {string} coloured
 * @returns {coloured is WrittenName}
 */
export const written = (coloured) => coloured === "tag" || coloured.startsWith(COLUMN);

/**
 * Names of tags, several of a frame in one, or a column's values; only of frames that have any.
 * @param {Coloured} view
 * @param {WrittenName} coloured
 */
function writtenKinds({ data: { palette }, extras }, coloured) {
  const said = extras.of(coloured);
  const colourOf = (/** @type {number} */ place) =>
    (place ? palette.clusters[(place - 1) % palette.clusters.length] : palette.grey);
  if (!said) return { kinds: [], colourOf: () => palette.grey };
  const counts = new Uint32Array(said.names.length + 1);
  for (const place of said.of) counts[place] += 1;
  const kinds = said.names.map((label, i) => ({ label, colour: colourOf(i + 1), count: counts[i + 1] }));
  const none = coloured === "tag" ? "No tag" : "No value";
  if (counts[0]) kinds.push({ label: none, colour: palette.grey, count: counts[0] });
  return { kinds, colourOf: (/** @type {number} */ row) => colourOf(said.of[row]) };
}

/**
 * What is a number of each frame: its place on a ramp (0 to 1, NaN where it is not known), the
 * ramp's colours, and what its ends mean; `missing` says why there is none.
 * @typedef {{ share: (row: number) => number, colours: string[], from: string, to: string,
 *   about: string, missing?: undefined } | { colours: string[], missing: string }} Measure
 * @type {Record<string, (view: Coloured) => Measure>}
 */
export const MEASURES = {
  time: ({ data, rows }) => ({ share: (row) => rows.time[row] / rows.last, colours: data.palette.time,
    from: "0:00", to: clock(rows.last), about: "time in its own video" }),
  certainty: ({ data, division }) => {
    const { certainty: colours } = data.palette;
    const probability = division?.probability;
    if (probability) {
      return { share: (row) => 2 * probability[row] - 1, colours, from: "half, or less", to: "all",
        about: "of each frame belongs to its own cluster" };
    }
    return { colours, missing: "K-means says nothing of how sure it is: choose Gaussian mixture or HDBSCAN." };
  },
  distance: ({ data, division }) => {
    const colours = data.palette.time;
    if (!division) return { colours, missing: "There are no clusters to be far from." };
    const most = division.distance.reduce((a, b) => Math.max(a, b), 1e-9);
    return { share: (row) => (division.labels[row] ? division.distance[row] / most : NaN), colours,
      from: "0", to: most.toPrecision(3), about: "distance to the centre of its cluster in the latent space" };
  },
  kept: ({ data, extras }) => {
    const [said, colours] = [extras.of("kept"), data.palette.kept];
    if (!said) return { colours, missing: extras.said("kept") ?? "Measuring …" };
    return { share: (row) => said.of[row], colours, from: "none", to: "all",
      about: `of a frame's ${said.neighbours} nearest in the latent space are near it on the map: `
        + `${percent(said.kept, 1)} in all; trustworthiness ${said.trustworthiness.toFixed(2)}, `
        + `continuity ${said.continuity.toFixed(2)}` };
  },
  shared: ({ data, extras }) => {
    const [said, colours] = [extras.of("shared"), data.palette.kept];
    if (!said) return { colours, missing: extras.said("shared") ?? "Measuring …" };
    return { share: (row) => said.of[row], colours, from: "none", to: "all",
      about: `of a frame's ${said.neighbours} nearest on one map are among its ${said.neighbours} nearest on the `
        + `other: ${percent(said.kept, 1)} in all, ${percent(said.chance, 1)} by chance` };
  },
};

/**
 * A number of each frame that the server measures, between its ends among the frames.
 * @param {string} name
 * @returns {(view: Coloured) => Measure}
 */
const measured = (name) => ({ data, extras }) => {
  const [said, colours] = [extras.of(name), data.palette.time];
  if (!said) return { colours, missing: extras.said(name) ?? "Measuring …" };
  const { low, high } = said;
  return { share: (row) => (said.of[row] - low) / (high - low || 1), colours,
    from: low.toPrecision(3), to: high.toPrecision(3), about: said.about };
};
export const MEASURED = ["brightness", "contrast", "sharpness", "words"]; // as core/pipeline/frame_measures.py
for (const name of MEASURED) MEASURES[name] = measured(name);

/** One CSS colour for every row; grey where there is nothing to say. @param {Coloured} view */
export function rowColours(view) {
  const colourOf = view.coloured in MEASURES ? measureColour(view) : kindsOf(view).colourOf;
  return Array.from(view.rows.index, (_, row) => colourOf(row));
}

/** @param {Coloured} view @returns {(row: number) => string} */
function measureColour(view) {
  const { grey } = view.data.palette;
  const measure = MEASURES[view.coloured](view);
  if (measure.missing !== undefined) return () => grey;
  const ramp = ramped(measure.colours);
  return (row) => {
    const share = measure.share(row);
    return Number.isNaN(share) ? grey : ramp(share);
  };
}

/** @param {{ palette: { clusters: string[], grey: string }, chosen: Record<string, string> }} data @param {number} number */
export function clusterColour({ palette, chosen }, number) {
  if (!number) return palette.grey; // in no cluster
  return chosen[number] ?? palette.clusters[(number - 1) % palette.clusters.length];
}

/** @param {{ data: Pick<Named, "names"> }} view @param {number} number */
export function clusterTitle({ data }, number) {
  if (!number) return "In no cluster";
  const name = data.names[number];
  return name ? `${number} ${name}` : `Cluster ${number}`;
}

const STEPS = 24; // of a ramp: more cannot be told apart, and each is drawn by itself

/** 0 to 1 as a colour of the ramp. @param {string[]} stops @returns {(share: number) => string} */
export function ramped(stops) {
  const parts = stops.map(channels);
  const colours = Array.from({ length: STEPS + 1 }, (_, step) => {
    const place = (step / STEPS) * (parts.length - 1);
    const low = Math.min(Math.floor(place), parts.length - 2);
    const mixed = parts[low].map((c, i) => Math.round(c + (parts[low + 1][i] - c) * (place - low)));
    return `rgb(${mixed.join(",")})`;
  });
  return (share) => colours[Math.round(Math.min(Math.max(share, 0), 1) * STEPS)];
}

/** @param {string} hex */
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
