// The map: Plotly draws the points; what is chosen, and what follows from it, is kept here.

const views = new WeakMap();
const WEBGL_FROM = 3000; // points: below, SVG is as fast, sharper, and needs no graphics card
const TELL_AFTER_MS = 250; // the server hears of a choice when the panel has its answer
let plotly = null;

function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = element("script", "", undefined, { src: "/api/plotly.min.js" });
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { plotly = null; reject(new Error("plotly.min.js did not arrive.")); };
    return document.head.append(script);
  });
  return plotly;
}

/** Streamlit calls this with every new data; the same element keeps its view. */
export default function mount(component) {
  const { parentElement, data, setTriggerValue } = component;
  const root = parentElement.querySelector(".vab-explorer");
  if (views.get(parentElement)?.root !== root) {
    views.get(parentElement)?.remove();
    views.set(parentElement, new MapView(root));
  }
  const view = views.get(parentElement);
  view.trigger = setTriggerValue;
  view.update(data).catch((error) => view.fail(error));
  return () => {
    view.remove();
    views.delete(parentElement);
  };
}

class MapView {
  constructor(root) {
    this.root = root;
    this.turn = 0;
    this.focus = null; // the number of the only cluster in colour
    this.selected = null; // rows
    this.pointed = null;
    this.linked = [];
    this.captions = null;
    this.stop = new AbortController();
    this.map = root.querySelector(".vab-map");
    this.plot = root.querySelector(".vab-plot");
    this.marks = root.querySelector(".vab-marks");
    this.labels = root.querySelector(".vab-labels");
    this.live = root.querySelector(".vab-live");
    this.card = new HoverCard(root);
    this.panel = new Panel(this);
    this.clusters = new Clusters(this);
    root.querySelector(".vab-panel-place").append(this.panel.node);
    root.querySelector(".vab-clusters-place").append(this.clusters.node);
    listen(this);
  }

  remove() {
    this.stop.abort();
    clearTimeout(this.telling);
    this.resize?.disconnect();
    if (this.drawn) window.Plotly.purge(this.plot);
    this.root.querySelectorAll(".vab-card, .vab-panel, .vab-clusters").forEach((n) => n.remove());
  }

  fail(error) {
    this.root.querySelector(".vab-trouble").textContent =
      `The map cannot be drawn: ${error.message} Reload the page.`;
  }

  videoOf(row) {
    return this.data.videos[this.rows.videos[this.rows.video[row]]];
  }

  /** Take new data in; what was overtaken by newer data is dropped. */
  async update(data) {
    const turn = (this.turn += 1);
    const [Plotly, rows, places, division] = await Promise.all([
      loadPlotly(), loadRows(data.run), loadPlaces(data.run, data.projection),
      loadDivision(data.run, data.clustering)]);
    if (turn !== this.turn || this.stop.signal.aborted) return;
    const before = this.data ?? { run: {} };
    const edge = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim();
    if (edge === this.edge && !changed({ ...before, selected: 0 }, { ...data, selected: 0 })) {
      this.data = data; // the echo of a click
      return;
    }
    this.edge = edge;
    const otherRun = before.run.id !== data.run.id || before.run.version !== data.run.version;
    const otherClusters = otherRun || before.clustering !== data.clustering
      || changed(before.merged, data.merged);
    if (otherClusters) this.focus = null;
    const shown = otherClusters ? shownDivision(division, data.merged) : this.division;
    Object.assign(this, { Plotly, data, rows, places, division: shown });
    this.colours = rowColours(this);
    this.root.querySelector(".vab-trouble").textContent = "";
    await this.draw(otherRun || before.projection !== data.projection);
    this.drawLegend();
    if (otherClusters || changed(before.names, data.names) || changed(before.chosen, data.chosen)
      || changed(before.videos, data.videos) || changed(before.groups, data.groups)) {
      this.clusters.draw();
    }
    if (otherRun) this.begin();
    else if (this.selected !== null) this.panel.refresh(otherClusters);
    this.root.dataset.ready = `${data.run.id} ${data.projection} ${data.clustering} ${data.colour}`;
  }

  /** What happens once per run: captions, pictures ahead of the pointer, the address's frame. */
  begin() {
    this.selected = this.pointed = null;
    this.linked = [];
    this.captions = null;
    this.card.hide();
    const { run } = this.data;
    loadCaptions(run).then((captions) => { if (run.id === this.data.run.id) this.captions = captions; });
    warmAtlases(this);
    const row = this.rows.rowOf.get(this.data.selected);
    if (row === undefined) this.panel.empty();
    else this.choose(row, false, false);
    this.mark();
  }

  async draw(moved) {
    const count = this.rows.count;
    const size = count < 800 ? 10 : count < 3000 ? 8 : count < 20000 ? 6 : 4;
    const marker = { color: this.colours, size, opacity: 1,
      line: { color: this.edge || "#fff", width: count < 5000 ? 0.8 : 0 } };
    if (this.drawn && !moved) {
      await this.Plotly.restyle(this.plot, { marker: [marker] }, [0]);
      return this.mark();
    }
    const shown = `${this.data.run.id} ${this.data.projection}`; // a zoom survives all but these
    const axis = { visible: false, range: undefined, autorange: true };
    await this.Plotly.react(this.plot,
      [{ type: count >= WEBGL_FROM && hasWebGl() ? "scattergl" : "scatter", mode: "markers", x: this.places.x,
        y: this.places.y, marker, hoverinfo: "skip" }],
      { uirevision: shown, hovermode: false, dragmode: "pan", showlegend: false,
        paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
        margin: { l: 0, r: 0, t: 0, b: 0 }, width: this.plot.clientWidth, height: this.plot.clientHeight,
        xaxis: { ...axis }, yaxis: { ...axis, scaleanchor: "x" } },
      { displayModeBar: false, scrollZoom: true, doubleClick: "reset" });
    if (!this.drawn) {
      for (const moment of ["plotly_relayout", "plotly_relayouting", "plotly_afterplot"]) {
        this.plot.on(moment, () => this.mark());
      }
    }
    this.drawn = true;
    return this.mark();
  }

  drawLegend() {
    this.root.querySelector(".vab-legend-place").replaceChildren(legend(this));
    this.map.setAttribute("aria-label", `Map of ${counted(this.rows.count, "frame")}. Arrow keys `
      + "walk from frame to frame, Enter opens one, Escape closes it.");
  }

  /** The window place of a row relative to the map, in pixels. */
  pixel(row) {
    const { xaxis, yaxis } = this.plot._fullLayout;
    return [xaxis._offset + xaxis.l2p(this.places.x[row]), yaxis._offset + yaxis.l2p(this.places.y[row])];
  }

  pixelOf(x, y) {
    const { xaxis, yaxis } = this.plot._fullLayout;
    return [xaxis._offset + xaxis.l2p(x), yaxis._offset + yaxis.l2p(y)];
  }

  point(row) {
    if (this.pointed === row) return;
    this.pointed = row;
    this.map.classList.toggle("vab-pointing", row !== null);
    this.mark();
  }

  unpoint() {
    this.point(null);
    this.card.hide();
  }

  /** Open a row in the panel (null closes it); `show` brings the map back into sight. */
  choose(row, show = false, tell = true) {
    this.selected = row;
    this.linked = [];
    this.card.hide();
    if (row === null) this.panel.empty();
    else this.panel.show(row);
    this.mark();
    if (show) this.map.scrollIntoView({ behavior: "smooth", block: "nearest" });
    clearTimeout(this.telling);
    if (!tell) return;
    const frame = row === null ? "" : frameId(this.rows, row);
    this.telling = setTimeout(() => this.trigger("selected", frame), TELL_AFTER_MS);
  }

  /** Draw what lies over the points where they are now. */
  mark() {
    if (this.drawn) drawMarks(this);
  }

  linkNeighbours(row, neighbours) {
    if (row !== this.selected) return;
    this.linked = neighbours;
    this.mark();
  }

  chooseCluster(number, scroll = false) {
    this.focus = number === this.focus && !scroll ? null : number;
    this.colours = rowColours(this);
    this.draw(false);
    this.drawLegend();
    this.clusters.choose(this.focus, scroll);
  }

  rename(number, name) {
    this.trigger("renamed", { clustering: this.division.id, number, name });
  }

  zoom(by) {
    if (!this.drawn) return;
    if (by === "fit") {
      this.Plotly.relayout(this.plot, { "xaxis.autorange": true, "yaxis.autorange": true });
      return;
    }
    const change = {};
    for (const name of ["xaxis", "yaxis"]) {
      const [low, high] = this.plot._fullLayout[name].range;
      const half = ((high - low) / 2) * (by === "in" ? 0.7 : 1 / 0.7);
      change[`${name}.range`] = [(low + high) / 2 - half, (low + high) / 2 + half];
    }
    this.Plotly.relayout(this.plot, change);
  }

}

const changed = (before, now) => JSON.stringify(before) !== JSON.stringify(now);

let webGl = null;
function hasWebGl() {
  webGl ??= Boolean(document.createElement("canvas").getContext("webgl"));
  return webGl;
}
