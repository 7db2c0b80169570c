// Which colour each row has: the kinds of each colouring, and ramps.

import { clock, percent } from "../../format.js";

/** The kinds of one colouring: [{label, colour, rows, number?}], and the kind of each row. */
export function kindsOf(view) {
  const { data, rows, division, coloured } = view;
  if (coloured === "cluster" && division) {
    const kinds = division.numbers.map((number) => ({
      label: clusterTitle(view, number),
      colour: clusterColour(data, number),
      count: division.members[number].length,
      number,
    }));
    const gone = view.sieve?.grey.reduce((sum, one) => sum + one, 0) ?? 0;
    const outside = division.members[0].filter((row) => !view.sieve?.grey[row]).length;
    if (outside) kinds.push({ label: "In no cluster", colour: data.palette.grey, count: outside });
    if (gone) kinds.push({ label: "Left out", colour: data.palette.grey, count: gone });
    const place = new Map(division.numbers.map((number, i) => [number, i]));
    return { kinds, of: (row) => place.get(division.labels[row]) };
  }
  if (written(coloured)) return writtenKinds(view);
  const videos = rows.videos.map((id) => data.videos[id]);
  if (coloured === "group") {
    const groups = Object.keys(data.groups);
    const place = videos.map((video) => groups.indexOf(video.group));
    const kinds = groups.map((group) => ({ label: group, colour: data.groups[group], count: 0 }));
    rows.video.forEach((video) => (kinds[place[video]].count += 1));
    return { kinds: kinds.filter((kind) => kind.count), of: (row) => place[rows.video[row]], all: kinds };
  }
  const kinds = videos.map((video) => ({ label: video.title, colour: video.colour, count: 0 }));
  rows.video.forEach((video) => (kinds[video].count += 1));
  return { kinds, of: (row) => rows.video[row] };
}

export const COLUMN = "column:"; // begins the colouring by a column of the videos

/** Whether a colouring says what people wrote: tags, or a column of the videos. */
export const written = (coloured) => coloured === "tag" || coloured.startsWith(COLUMN);

/** Names of tags, several of a frame in one, or a column's values; only of frames that have any. */
function writtenKinds({ data, extras, coloured }) {
  const said = extras?.of(coloured);
  if (!said) return { kinds: [], of: () => undefined };
  const counts = new Uint32Array(said.names.length + 1);
  said.of.forEach((number) => (counts[number] += 1));
  const kinds = said.names.map((label, i) => ({
    label, colour: data.palette.clusters[i % data.palette.clusters.length], count: counts[i + 1] }));
  const none = coloured === "tag" ? "No tag" : "No value";
  if (counts[0]) kinds.push({ label: none, colour: data.palette.grey, count: counts[0] });
  return { kinds, of: (row) => (said.of[row] || kinds.length) - 1 };
}

/**
 * What is a number of each frame: its place on a ramp (0 to 1, NaN where it is not known), the
 * ramp's colours, and what its ends mean; `missing` says why there is none.
 * @typedef {{ share?: (row: number) => number, colours: string[], from?: string, to?: string,
 *   about?: string, missing?: string }} Measure
 * @type {Record<string, (view: any) => Measure>}
 */
export const MEASURES = {
  time: ({ data, rows }) => ({ share: (row) => rows.time[row] / rows.last, colours: data.palette.time,
    from: "0:00", to: clock(rows.last), about: "time in its own video" }),
  certainty: ({ data, division }) => (division?.probability
    ? { share: (row) => 2 * division.probability[row] - 1, colours: data.palette.certainty,
      from: "half, or less", to: "all", about: "of each frame belongs to its own cluster" }
    : { colours: data.palette.certainty, missing: "K-means says nothing of how sure it is: choose "
      + "Gaussian mixture or HDBSCAN." }),
  distance: ({ data, division }) => {
    const colours = data.palette.time;
    if (!division) return { colours, missing: "There are no clusters to be far from." };
    const known = (row) => (division.labels[row] ? division.distance[row] : NaN);
    const most = division.distance.reduce((a, b) => Math.max(a, b), 1e-9);
    return { share: (row) => known(row) / most, colours, from: "0", to: most.toPrecision(3),
      about: "distance to the centre of its cluster in the latent space" };
  },
  kept: ({ data, extras }) => {
    const [said, colours] = [extras?.of("kept"), data.palette.kept];
    if (!said) return { colours, missing: extras?.said("kept") ?? "Measuring …" };
    return { share: (row) => said.of[row], colours, from: "none", to: "all",
      about: `of a frame's ${said.neighbours} nearest in the latent space are near it on the map: `
        + `${percent(said.kept, 1)} in all; trustworthiness ${said.trustworthiness.toFixed(2)}, `
        + `continuity ${said.continuity.toFixed(2)}` };
  },
  shared: ({ data, extras }) => {
    const [said, colours] = [extras?.of("shared"), data.palette.kept];
    if (!said) return { colours, missing: extras?.said("shared") ?? "Measuring …" };
    return { share: (row) => said.of[row], colours, from: "none", to: "all",
      about: `of a frame's ${said.neighbours} nearest on one map are among its ${said.neighbours} nearest on the `
        + `other: ${percent(said.kept, 1)} in all, ${percent(said.chance, 1)} by chance` };
  },
};

/** A number of each frame that the server measures, between its ends among the frames. */
const measured = (name) => ({ data, extras }) => {
  const [said, colours] = [extras?.of(name), data.palette.time];
  if (!said) return { colours, missing: extras?.said(name) ?? "Measuring …" };
  const { low, high } = said;
  return { share: (row) => (said.of[row] - low) / (high - low || 1), colours,
    from: low.toPrecision(3), to: high.toPrecision(3), about: said.about };
};
export const MEASURED = ["brightness", "contrast", "sharpness", "words"]; // as core/pipeline/frame_measures.py
for (const name of MEASURED) MEASURES[name] = measured(name);

/** One CSS colour for every row. */
export function rowColours(view) {
  const { data, rows, coloured } = view;
  let colourOf;
  if (coloured in MEASURES) {
    const { share, colours, missing } = MEASURES[coloured](view);
    const ramp = ramped(colours);
    colourOf = (row) => (missing || Number.isNaN(share(row)) ? data.palette.grey : ramp(share(row)));
  } else {
    const found = kindsOf(view);
    const colours = (found.all ?? found.kinds).map((kind) => kind.colour);
    colourOf = (row) => colours[found.of(row)] ?? data.palette.grey; // grey: in no cluster
  }
  return Array.from(rows.index, (_, row) => colourOf(row));
}

export function clusterColour(data, number) {
  if (!number) return data.palette.grey; // in no cluster
  return data.chosen[number] ?? data.palette.clusters[(number - 1) % data.palette.clusters.length];
}

export function clusterTitle(view, number) {
  if (!number) return "In no cluster";
  const name = view.data.names[number];
  return name ? `${number} ${name}` : `Cluster ${number}`;
}

const STEPS = 24; // of a ramp: more cannot be told apart, and each is drawn by itself

/** 0 to 1 as a colour of the ramp. */
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

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
