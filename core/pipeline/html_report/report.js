// The report's map: points by Plotly, the card beside the pointer, the legend. Texts stay texts.

import { clock } from "../../format.js";

(() => {
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const [plot, card, legend] = ["plot", "hover", "legend"].map((id) => document.getElementById(id));
  const TIME = ["#414487", "#2A788E", "#22A884", "#7AD151", "#FDE725"]; // viridis, early to late
  const GREY = "rgba(154,160,166,0.3)";
  const TILES = data.tile.across ** 2;
  const rows = {
    x: unpack(data.x, Float32Array), y: unpack(data.y, Float32Array),
    cluster: unpack(data.cluster, Uint16Array), group: unpack(data.group, Uint16Array),
    video: unpack(data.video, Uint16Array), time: unpack(data.time, Float32Array),
    caption: unpack(data.caption, Int32Array),
  };
  const count = rows.x.length;
  const last = rows.time.reduce((a, b) => Math.max(a, b), 1);
  const pages = new Map();
  let [colour, focus, pointed, kept] = ["cluster", null, null, null];

  function unpack(text, Kind) {
    return new Kind(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  }

  function element(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function words(name, text) {
    const made = element("span", name, text);
    made.dir = "auto";
    if (/[\u3400-\u9fff]/.test(text)) made.lang = "zh";
    return made;
  }

  function swatch(value) {
    const made = element("i", "swatch");
    made.style.background = value;
    return made;
  }

  const clusterOf = (number) => data.clusters[number] ?? { title: "no cluster", colour: "#9AA0A6" };

  function ramp(share) {
    const stops = TIME.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
    const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
    const low = Math.min(Math.floor(place), stops.length - 2);
    return `rgb(${stops[low].map((c, i) => Math.round(c + (stops[low + 1][i] - c) * (place - low)))})`;
  }

  /** The kinds of the present colouring: [{key, title, colour, count}]. */
  function kinds() {
    const listed = colour === "cluster"
      ? [...new Set(rows.cluster)].sort((a, b) => a - b).map((key) => ({ key, ...clusterOf(key) }))
      : data.groups.map((group, key) => ({ key, ...group }));
    for (const kind of listed) kind.count = rows[colour].filter((key) => key === kind.key).length;
    return listed.filter((kind) => kind.count);
  }

  function colours() {
    if (colour === "time") return Array.from(rows.time, (time) => ramp(time / last));
    const of = new Map(kinds().map((kind) => [kind.key, kind.colour]));
    return Array.from(rows[colour], (key) => (focus !== null && key !== focus ? GREY : of.get(key)));
  }

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function labels() {
    if (colour !== "cluster") return [];
    const middle = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
    return kinds().filter((kind) => kind.key > 0).map((kind) => {
      const own = [...rows.cluster.keys()].filter((row) => rows.cluster[row] === kind.key);
      return { x: middle(own.map((row) => rows.x[row])), y: middle(own.map((row) => rows.y[row])),
        text: String(kind.key), showarrow: false, yshift: 14, bordercolor: kind.colour, borderwidth: 2,
        borderpad: 3, bgcolor: style("--back"), opacity: focus === null || focus === kind.key ? 0.92 : 0.3,
        font: { size: 12, color: style("--text"), weight: 700 } };
    });
  }

  function draw() {
    const size = count < 800 ? 10 : count < 3000 ? 7 : 5;
    const ring = kept ?? pointed;
    const at = ring === null ? [] : [ring];
    const traces = [
      { type: "scatter", mode: "markers", x: rows.x, y: rows.y, hoverinfo: "none",
        marker: { color: colours(), size, line: { color: style("--back"), width: count < 3000 ? 0.8 : 0 } } },
      { type: "scatter", mode: "markers", x: at.map((row) => rows.x[row]), y: at.map((row) => rows.y[row]),
        hoverinfo: "skip", marker: { color: "rgba(0,0,0,0)", size: size + 8, line: { color: style("--text"), width: 2.5 } } },
    ];
    const axis = { visible: false };
    const layout = { uirevision: 1, hovermode: "closest", hoverdistance: 12, dragmode: "pan", showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", margin: { l: 0, r: 0, t: 0, b: 0 },
      xaxis: { ...axis }, yaxis: { ...axis, scaleanchor: "x" }, annotations: labels() };
    return Plotly.react(plot, traces, layout,
      { displayModeBar: false, scrollZoom: true, doubleClick: "reset", responsive: true });
  }

  /** One tile of an atlas on a canvas, as soon as its page is decoded. */
  function tile(sources, row) {
    const { width, height, across } = data.tile;
    const canvas = element("canvas");
    Object.assign(canvas, { width, height });
    const source = sources[Math.floor(row / TILES)];
    if (!source) return canvas;
    if (!pages.has(source)) {
      const image = new Image();
      image.src = source;
      pages.set(source, image.decode().then(() => image));
    }
    const place = row % TILES;
    pages.get(source).then((image) => canvas.getContext("2d").drawImage(image,
      (place % across) * width, Math.floor(place / across) * height, width, height, 0, 0, width, height));
    return canvas;
  }

  function labelled(canvas, label) {
    const figure = element("figure");
    figure.append(canvas, element("figcaption", "", label));
    return figure;
  }

  function fill(row) {
    const video = data.videos[rows.video[row]];
    const group = data.groups[rows.group[row]];
    const cluster = clusterOf(rows.cluster[row]);
    const pair = element("div", "pair");
    pair.append(labelled(tile(data.originals, row), "frame"),
      labelled(tile(data.reconstructions, row), "decoded"));
    const where = element("div", "where");
    where.append(words("ellipsis", video.title), element("span", "", clock(rows.time[row])));
    const parts = [pair, where];
    const caption = data.texts[rows.caption[row]];
    if (caption) parts.push(words("said", caption));
    const decoded = data.decoded?.[row];
    if (decoded) {
      const said = element("div");
      said.append(element("h4", "", "words decoded from the latent"), words("said", decoded));
      parts.push(said);
    }
    const marks = element("div", "kinds");
    for (const kind of [cluster, group]) {
      const mark = element("span");
      mark.append(swatch(kind.colour), words("ellipsis", kind.title));
      marks.append(mark);
    }
    card.replaceChildren(...parts, marks);
  }

  function show(row, x, y) {
    fill(row);
    card.hidden = false;
    if (getComputedStyle(card).position !== "fixed") return;
    const { offsetWidth: width, offsetHeight: height } = card;
    const left = x + 18 + width > innerWidth - 8 ? x - 18 - width : x + 18;
    card.style.left = `${Math.max(8, left)}px`;
    card.style.top = `${Math.min(Math.max(8, y - height / 2), innerHeight - height - 8)}px`;
  }

  function close() {
    [pointed, kept] = [null, null];
    card.hidden = true;
    draw();
  }

  /** Where a row is in the window. */
  function pixel(row) {
    const { xaxis, yaxis } = plot._fullLayout;
    const box = plot.getBoundingClientRect();
    return [box.left + xaxis._offset + xaxis.l2p(rows.x[row]), box.top + yaxis._offset + yaxis.l2p(rows.y[row])];
  }

  function chip(tag, kind) {
    const made = element(tag);
    made.append(swatch(kind.colour), words("ellipsis", kind.title),
      element("span", "count", kind.count.toLocaleString("en")));
    return made;
  }

  function drawLegend() {
    for (const button of document.querySelectorAll("[data-colour]")) {
      button.setAttribute("aria-pressed", String(button.dataset.colour === colour));
    }
    if (colour === "time") {
      const bar = element("span", "ramp");
      bar.style.background = `linear-gradient(to right, ${TIME})`;
      legend.replaceChildren(element("span", "plain", "0:00"), bar, element("span", "plain", clock(last)),
        element("span", "plain", "time in its own video"));
      return;
    }
    legend.replaceChildren(...kinds().map((kind) => {
      const made = chip("button", kind);
      made.type = "button";
      made.setAttribute("aria-pressed", String(focus === kind.key));
      made.addEventListener("click", () => choose(focus === kind.key ? null : kind.key));
      return made;
    }));
  }

  function choose(key) {
    focus = key;
    draw();
    drawLegend();
  }

  function recolour(name) {
    [colour, focus] = [name, null];
    draw();
    drawLegend();
  }

  function walk(step) {
    const from = kept ?? pointed ?? -1;
    const row = from < 0 ? 0 : Math.min(Math.max(from + step, 0), count - 1);
    kept = row;
    draw().then(() => show(row, ...pixel(row)));
  }

  plot.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    if (event.key === "Escape") close();
    if (!steps[event.key]) return;
    event.preventDefault();
    walk(steps[event.key]);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.colour) recolour(button.dataset.colour);
    if (button?.dataset.cluster) {
      [colour, focus] = ["cluster", null];
      choose(Number(button.dataset.cluster));
      document.getElementById("map").scrollIntoView();
    }
    if (button?.dataset.do === "fit") {
      Plotly.relayout(plot, { "xaxis.autorange": true, "yaxis.autorange": true });
    }
    if (button?.dataset.do === "save") {
      Plotly.downloadImage(plot, { format: "svg", filename: "map", width: 1200, height: 900 });
    }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw());
  draw().then(() => {
    plot.on("plotly_hover", ({ points, event }) => {
      if (kept !== null || points[0].curveNumber) return;
      pointed = points[0].pointIndex;
      show(pointed, event.clientX, event.clientY);
    });
    plot.on("plotly_unhover", () => {
      if (kept !== null) return;
      pointed = null;
      card.hidden = true;
    });
    plot.on("plotly_click", ({ points, event }) => {
      const row = points[0].curveNumber ? kept : points[0].pointIndex;
      if (row === kept) return close();
      kept = row;
      show(row, event.clientX, event.clientY);
      return draw();
    });
    plot.dataset.ready = "true";
  });
  drawLegend();
})();
