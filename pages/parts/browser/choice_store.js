// What is chosen on the page, held once for every part that is drawn in the browser: the map and its
// panel, the strip of found frames, the timeline. Each subscribes; none keeps a copy of its own.

const TELL_AFTER_MS = 250; // the server hears of a frame when the panel has its answer
const LEFT_AFTER_MS = 10000;

/**
 * @typedef {{ frame: string, selection: string, pins: string, colour: string, difference: string }} Chosen
 * @typedef {keyof Chosen} Name
 * @typedef {(names: Name[], by?: object) => void} Listener
 */

export class Choices {
  constructor() {
    /** @type {Chosen} */
    this.now = { frame: "", selection: "", pins: "", colour: "", difference: "" };
    this.version = 0; // of the newest choice; each choice made here is one more
    /** @type {Partial<Record<Name, number>>} */
    this.made = {}; // the version in which each was last chosen here
    this.told = 0; // the newest version that was sent
    this.heard = 0; // the newest version that the server had heard of
    this.session = "";
    /** @type {Set<Listener>} */
    this.listeners = new Set();
    /** @type {((message: object) => void) | null} */
    this.send = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.telling = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.leaving = undefined;
  }

  /**
   * `listen(names, by)` hears which choices have changed; call what this gives to hear no more.
   * @param {Listener} listen
   */
  subscribe(listen) {
    this.listeners.add(listen);
    return () => this.listeners.delete(listen);
  }

  /** @param {Name[]} names @param {object} [by] */
  publish(names, by) {
    for (const listen of [...this.listeners]) listen(names, by);
  }

  /**
   * Something was chosen on the page, `by` one of its parts: all hear of it, then the server.
   * @param {Partial<Chosen>} chosen
   * @param {object} [by]
   */
  choose(chosen, by) {
    const names = namesOf(chosen).filter((name) => chosen[name] !== this.now[name]);
    if (!names.length) return;
    this.version += 1;
    Object.assign(this.now, chosen);
    for (const name of names) this.made[name] = this.version;
    this.publish(names, by);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell(), names.includes("frame") ? TELL_AFTER_MS : 0);
  }

  /** Another page is on its way: what waits is told now, what comes yet when the map is there again. */
  leave() {
    clearTimeout(this.telling);
    this.tell();
    this.leaving = setTimeout(() => { // nobody left after all
      this.leaving = undefined;
      this.tell();
    }, LEFT_AFTER_MS);
  }

  /** One message: the version, and each choice that the server has not heard of. */
  tell() {
    this.telling = undefined;
    if (!this.send || this.leaving || this.told === this.version) return;
    const names = namesOf(this.made).filter((name) => (this.made[name] ?? 0) > this.heard);
    this.told = this.version;
    this.send({ version: this.version, ...Object.fromEntries(names.map((name) => [name, this.now[name]])) });
  }

  /**
   * What the server has, after it heard of `version`; what was chosen here since then stands.
   * @param {Chosen & { session: string, version: number }} message
   */
  hear({ session, version, ...said }) {
    if (session !== this.session) { // it has begun anew, and counts from 0
      this.session = session;
      this.version = this.told = version;
      this.made = {};
    }
    this.heard = version;
    const names = namesOf(said).filter((name) =>
      said[name] !== this.now[name] && (this.made[name] ?? 0) <= version);
    for (const name of names) this.now[name] = said[name];
    if (names.length) this.publish(names);
  }

  /**
   * How the server is told from now on; null while nobody can.
   * @param {((message: object) => void) | null} send
   */
  connect(send) {
    this.send = send;
    if (send) {
      this.telling ??= setTimeout(() => this.tell(), 0);
    } else { // the other page is there
      clearTimeout(this.leaving);
      this.leaving = undefined;
    }
  }
}

/** @param {Partial<Record<Name, unknown>>} chosen */
const namesOf = (chosen) => /** @type {Name[]} */ (Object.keys(chosen));
