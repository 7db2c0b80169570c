// What lies in the page beside the modules: plotly.js, which is a script of its own, as far as we ask it.

/** From where to where an axis shows; what it became, in pixels, has an underscore. */
interface PlotlyAxis {
  range: [number, number];
  autorange?: boolean;
  scaleanchor?: string | false;
  _offset: number;
  _length: number;
}

interface PlotlyLayout {
  xaxis: PlotlyAxis;
  yaxis: PlotlyAxis;
  margin: { l: number; r: number; t: number; b: number };
  dragmode?: string;
  font?: { color: string };
  selections?: object[];
  selectionrevision?: number;
}

interface PlotlyTrace {
  type: string;
  mode?: string;
  hoverinfo?: string;
  meta?: string;
  x: ArrayLike<number | null>;
  y: ArrayLike<number | null>;
  name?: string;
  showlegend?: boolean;
  marker: object;
}

/** What Plotly tells of the hand: the places in the map's units, empty where it left the plot. */
interface PlotlyEvent {
  points: object[];
  xvals: number[];
  yvals: number[];
  event: MouseEvent;
}

interface PlotlyOutline {
  range?: { x: [number, number]; y: [number, number] };
  lassoPoints?: { x: number[]; y: number[] };
}

interface PlotlyChange {
  dragmode?: string;
  selections?: object[];
  [range: string]: unknown;
}

/** An element that Plotly has drawn in, or will. */
interface PlotlyNode extends HTMLElement {
  layout: PlotlyLayout;
  data: PlotlyTrace[];
  _fullLayout?: PlotlyLayout;
  on(name: "plotly_hover" | "plotly_click", act: (said: PlotlyEvent) => void): void;
  on(name: "plotly_selected", act: (said?: PlotlyOutline) => void): void;
  on(name: "plotly_relayout", act: (changed: PlotlyChange) => void): void;
  on(name: "plotly_relayouting" | "plotly_unhover" | "plotly_doubleclick", act: () => void): void;
}

interface PlotlyFile {
  format: string;
  filename: string;
  width: number;
  height: number;
  scale?: number;
}

/** A button of its bar. */
interface PlotlyButton {
  name: string;
  title: string;
  icon: object;
  click: () => void;
}

declare const Plotly: {
  react(node: PlotlyNode, data: object[], layout: object, config?: object): Promise<void>;
  relayout(node: PlotlyNode, change: object): Promise<void>;
  purge(node: PlotlyNode): void;
  downloadImage(figure: object, file: PlotlyFile): Promise<string>;
  Plots: { resize(node: PlotlyNode): Promise<void> };
  Icons: Record<"autoscale" | "disk" | "camera", object>;
  PlotSchema: { findArrayAttributes: (trace: PlotlyTrace) => string[]; spared?: boolean };
};
