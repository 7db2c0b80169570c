// What some colours need from the server beside the map: asked for when one of them is chosen.

import { unpack } from "../../../../../core/charts/js/base64.js";
import { once, runAddress } from "../../../browser/data.js";

const READ = {
  async kept({ run, projection }) {
    const said = await once(runAddress(run, `figures/${projection}/quality`), (response) => response.json());
    if (!said.neighbours) throw new Error("There are too few frames to measure the map.");
    return { ...said, of: unpack(said.of_frame, Float32Array) };
  },
  async tag({ run }) { // not kept: an analyst may have tagged since
    const response = await fetch(runAddress(run, "tags"));
    if (!response.ok) throw new Error(await response.text());
    const said = await response.json();
    return { names: said.names, of: unpack(said.of_frame, Uint16Array) };
  },
};

export class Extras {
  /** `arrived(name)` is called when what was asked for is there, or cannot be had. */
  constructor(arrived) {
    this.arrived = arrived;
    this.data = null;
    this.found = new Map(); // name to what was read
    this.troubles = new Map();
    this.asked = new Set();
  }

  /** Another run or map: nothing is known of it. */
  open(data) {
    this.data = data;
    for (const kept of [this.found, this.troubles, this.asked]) kept.clear();
  }

  /** What is known; null at first, while it is asked for. */
  of(name) {
    if (!this.asked.has(name)) this.ask(name);
    return this.found.get(name) ?? null;
  }

  /** Why it cannot be had. */
  said(name) {
    return this.troubles.get(name);
  }

  async ask(name) {
    const { data } = this;
    this.asked.add(name);
    try {
      const read = await READ[name](data);
      if (data === this.data) this.found.set(name, read);
    } catch (error) {
      if (data === this.data) this.troubles.set(name, error.message);
    }
    if (data === this.data) this.arrived(name);
  }
}
