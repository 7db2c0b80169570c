// Rows as the server sends them, of videos with so many frames, one every two seconds.

export function rowsOf(frames) {
  const videos = Object.keys(frames);
  const of = videos.flatMap((id, video) =>
    Array.from({ length: frames[id] }, (_, index) => [video, index]));
  const rows = {
    videos,
    video: Uint16Array.from(of, ([video]) => video),
    index: Int32Array.from(of, ([, index]) => index),
    time: Float32Array.from(of, ([, index]) => 2 * index),
    count: of.length,
    shown: null,
    rowOf: new Map(of.map(([video, index], row) => [`${videos[video]}:${index}`, row])),
  };
  rows.last = rows.time.reduce((a, b) => Math.max(a, b), 1);
  return rows;
}
