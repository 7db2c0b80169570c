// Which colour each row has: the kinds of each colouring, and ramps.

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
    const outside = division.members[0].length;
    if (outside) kinds.push({ label: "In no cluster", colour: data.palette.grey, count: outside });
    const place = new Map(division.numbers.map((number, i) => [number, i]));
    return { kinds, of: (row) => place.get(division.labels[row]) };
  }
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

/** One CSS colour for every row. */
export function rowColours(view) {
  const { data, rows, coloured } = view;
  let colourOf;
  if (coloured === "time") {
    const ramp = ramped(data.palette.time);
    colourOf = (row) => ramp(rows.time[row] / rows.last);
  } else if (coloured === "certainty") {
    const [ramp, certain] = [ramped(data.palette.certainty), view.division?.probability];
    colourOf = (row) => (certain ? ramp(2 * certain[row] - 1) : data.palette.grey);
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

const STEPS = 32; // of a ramp: more cannot be told apart, and each is drawn by itself

/** 0 to 1 as a colour of the ramp. */
function ramped(stops) {
  const parts = stops.map(channels);
  return (share) => {
    const step = Math.round(Math.min(Math.max(share, 0), 1) * STEPS) / STEPS;
    const place = step * (parts.length - 1);
    const low = Math.min(Math.floor(place), parts.length - 2);
    const mixed = parts[low].map((c, i) => Math.round(c + (parts[low + 1][i] - c) * (place - low)));
    return `rgb(${mixed.join(",")})`;
  };
}

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
