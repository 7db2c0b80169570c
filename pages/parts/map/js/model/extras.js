// What some colours need from the server beside the map: asked for when one of them is chosen.

import { unpack } from "../../../../../core/charts/js/base64.js";
import { COLUMN, MEASURED } from "../../../../../core/charts/js/colours.js";
import { asked, once, runAddress, why } from "../../../browser/data.js";

/**
 * Of which map they are; `other` is the second, RUN:PROJECTION.
 * @typedef {{ run: import("../../../browser/data.js").Run, projection: string, other: string | null }} Shown
 * @typedef {import("../../../../../core/charts/js/colours.js").Written} Written
 * @typedef {import("../../../../../core/charts/js/colours.js").Measured} Measured
 */

/** @type {Record<string, (shown: Shown) => Promise<object>>} */
const READ = {
  async kept({ run, projection }) {
    const said = await once(runAddress(run, `figures/${projection}/quality`), (one) => one);
    if (!said.neighbours) throw new Error("There are too few frames to measure the map.");
    return { ...said, of: unpack(said.of_frame, Float32Array) };
  },
  async shared({ run, projection, other }) {
    if (!other) throw new Error("Show a second map beside this one: its button is above the map.");
    const address = `${runAddress(run, `figures/${projection}/agreement`)}&with=${other}`;
    const said = await once(address, (one) => one);
    if (!said.neighbours) throw new Error("Too few frames are on both maps to compare them.");
    return { ...said, of: unpack(said.of_frame, Float32Array) };
  },
  tag: ({ run }) => writtenBy(runAddress(run, "tags")),
};
for (const name of MEASURED) READ[name] = ({ run }) => measured(runAddress(run, `measures/${name}`));

/**
 * Of what people write nothing is kept: they may have written since.
 * @param {string} address
 * @returns {Promise<Written>}
 */
async function writtenBy(address) {
  const said = await asked(address);
  return { names: said.names, of: unpack(said.of_frame, Uint16Array) };
}

/** @param {string} address @returns {Promise<Measured>} */
async function measured(address) {
  const said = await asked(address);
  const of = unpack(said.of_frame, Float32Array);
  return { about: said.about, of, low: of.reduce((a, b) => Math.min(a, b), Infinity),
    high: of.reduce((a, b) => Math.max(a, b), -Infinity) };
}

/** How what this colouring needs is read. @param {string} name */
function reader(name) {
  if (!name.startsWith(COLUMN)) return READ[name];
  const column = encodeURIComponent(name.slice(COLUMN.length));
  return (/** @type {Shown} */ { run }) => writtenBy(`${runAddress(run, "columns")}&name=${column}`);
}

export class Extras {
  /**
   * `arrived(name)` is called when what was asked for is there, or cannot be had.
   * @param {(name: string) => void} arrived
   */
  constructor(arrived) {
    this.arrived = arrived;
    /** @type {Shown | null} */
    this.data = null;
    /** @type {Map<string, any>} */
    this.found = new Map(); // name to what was read, as colours.js knows it
    /** @type {Map<string, string>} */
    this.troubles = new Map();
    /** @type {Set<string>} */
    this.asked = new Set();
  }

  /** Another run or map: nothing is known of it. @param {Shown} data */
  open(data) {
    this.data = data;
    for (const kept of [this.found, this.troubles, this.asked]) kept.clear();
  }

  /** What is known; null at first, while it is asked for. @param {string} name */
  of(name) {
    if (!this.asked.has(name)) this.ask(name);
    return this.found.get(name) ?? null;
  }

  /** Why it cannot be had. @param {string} name */
  said(name) {
    return this.troubles.get(name);
  }

  /** @param {string} name */
  async ask(name) {
    const { data } = this;
    if (!data) return;
    this.asked.add(name);
    try {
      const read = await reader(name)(data);
      if (data === this.data) this.found.set(name, read);
    } catch (error) {
      if (data === this.data) this.troubles.set(name, why(error));
    }
    if (data === this.data) this.arrived(name);
  }
}
