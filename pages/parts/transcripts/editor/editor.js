// The list of segments: one is chosen, keys and buttons act on it, the server does what is asked.

import { button, element, within } from "../../../../core/charts/js/elements.js";
import { form } from "./form.js";
import { ofList } from "./keys.js";
import { Moment } from "./moment.js";
import { row } from "./row.js";

/**
 * A segment as Python says it: times in seconds, `unsure` are spans of letters as Python counts them,
 * each with how sure the machine is; `was` and `wasWhen` of one that was corrected.
 * @typedef {{ position: number, start: number, end: number, when: string, text: string,
 *   unsure: [number, number, string][], sure: string, picture: string | null, tokens: string[],
 *   was?: string, wasWhen?: string }} Segment
 *
 * What came of a message, by its number.
 * @typedef {{ number: number, done: boolean, sentence: string, position?: number | null }} Outcome
 * @typedef {{ video: string, rows: Segment[], media: string | null, youtube: string | null, title: string,
 *   aspect: number, more: [boolean, boolean], undo: string | null, redo: string | null, answer: Outcome }} Drawn
 * @typedef {{ act: string, [said: string]: unknown }} Message
 */

const HELP = [
  ["↑ ↓", "choose"], ["Space", "play"], ["Enter", "correct"], ["M", "merge with next"],
  ["O", "original back"], ["Z", "undo"], ["Y", "redo"], ["Page ↑ ↓", "pages"],
  ["while correcting:", ""], ["Enter", "save"], ["Ctrl+Enter", "split at the cursor"],
  ["Ctrl+Space", "play"], ["Esc", "cancel"],
];
/** @type {WeakMap<HTMLElement, Editor>} */
const editors = new WeakMap();

/**
 * @param {{ parentElement: HTMLElement, data: Drawn, setTriggerValue: (name: string, message: object) => void }} component
 */
export default function mount({ parentElement, data, setTriggerValue }) {
  const root = within(parentElement, ".vab-transcript");
  const editor = editors.get(root) ?? new Editor(root, data);
  editors.set(root, editor);
  editor.send = (message) => setTriggerValue("change", message);
  editor.draw(data);
}

class Editor {
  /** @param {HTMLElement} root @param {Drawn} data */
  constructor(root, data) {
    this.root = root;
    this.data = data;
    /** @type {number | null} */
    this.chosen = null; // a segment's position
    /** @type {number | null} */
    this.editing = null;
    /** @type {number | null} */
    this.heard = null; // the newest answer; one from before was of another drawing
    this.video = "";
    this.drawn = "";
    this.fromEnd = false; // of the page that is asked for the last one is chosen
    this.asked = 0;
    /** @type {Message[]} */
    this.waiting = []; // the first is under way
    /** @type {(message: Message) => void} */
    this.send = () => {};
    /** @type {{ focus: () => void } | null} */
    this.form = null;
    this.list = element("ol", "vab-segments", undefined, { "aria-label": "Segments" });
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("focusin", (event) => this.focused(/** @type {Element} */ (event.target)));
    this.trouble = element("div", "vab-transcript-trouble", "", { role: "alert" });
    this.live = element("div", "vab-transcript-live", "", { "aria-live": "polite" });
    this.steps = element("div", "vab-transcript-steps");
    const player = element("div", "vab-moment");
    this.moment = new Moment(player);
    const main = element("div", "vab-transcript-main");
    main.append(this.trouble, this.list);
    const side = element("aside", "vab-transcript-side", undefined, { "aria-label": "The moment" });
    side.append(player, this.steps, this.live, help());
    root.replaceChildren(main, side);
  }

  /** @param {Drawn} data */
  draw(data) {
    this.data = data;
    if (data.video !== this.video) {
      this.video = data.video;
      this.chosen = this.editing = this.heard = null;
      this.waiting = [];
    }
    this.moment.show(data);
    this.drawSteps();
    const { answer } = data;
    this.heard ??= answer.number;
    const news = answer.number > this.heard;
    if (news) this.take(answer);
    const drawn = JSON.stringify(data.rows);
    if (drawn !== this.drawn || (news && answer.done)) {
      this.drawn = drawn;
      this.drawRows();
    }
    if (news && answer.done) this.focus();
    this.root.dataset.ready = String(answer.number);
    if (news) this.answered(answer.done);
  }

  /** @param {Outcome} answer */
  take(answer) {
    this.heard = answer.number;
    this.trouble.textContent = answer.done ? "" : answer.sentence;
    this.live.textContent = answer.done ? answer.sentence : "";
    if (!answer.done) return;
    this.editing = null;
    this.chosen = answer.position ?? this.chosen;
  }

  drawSteps() {
    const { undo, redo } = this.data;
    /** @param {string} act @param {string} title @param {string | null} what */
    const step = (act, title, what) => {
      const made = button("", title, what ? `${title}: ${what}` : title, () => this.act(act));
      made.disabled = !what;
      return made;
    };
    this.steps.replaceChildren(step("undo", "Undo", undo), step("redo", "Redo", redo),
      element("span", "", undo ? `Last: ${undo}` : ""));
  }

  drawRows() {
    const { rows } = this.data;
    if (!rows.some((one) => one.position === this.chosen)) {
      this.chosen = (this.fromEnd ? rows.at(-1) : rows[0])?.position ?? null;
    }
    this.fromEnd = false;
    const last = rows.at(-1)?.position;
    this.list.replaceChildren(...rows.map((one) => {
      const isLast = one.position === last && !this.data.more[1];
      const item = row(one, isLast, (action, position) => this.act(action, position));
      if (one.position === this.editing) this.openForm(item, one);
      return item;
    }));
    this.mark();
  }

  /** @param {HTMLElement} item @param {Segment} segment */
  openForm(item, segment) {
    const made = form(segment, (action, fields) => this.ofForm(action, segment, fields));
    within(item, ".vab-segment-body").replaceChildren(made.node);
    this.form = made;
  }

  mark() {
    for (const item of this.list.querySelectorAll("li")) {
      const is = Number(item.dataset.position) === this.chosen;
      item.tabIndex = is ? 0 : -1;
      if (is) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }

  focus() {
    const item = [...this.list.querySelectorAll("li")].find((one) => one.hasAttribute("aria-current"));
    item?.focus({ preventScroll: true });
    item?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Element} target */
  focused(target) {
    const item = target.closest("li");
    if (!item) return;
    this.chosen = Number(item.dataset.position);
    this.mark();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const isButton = event.target instanceof HTMLButtonElement && ["Enter", " "].includes(event.key);
    const action = isButton ? "" : ofList(event);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    this.act(action);
  }

  /** @param {string} action @param {number | null} position */
  act(action, position = this.chosen) {
    const segment = this.data.rows.find((one) => one.position === position);
    if (action === "next" || action === "previous") this.step(action === "next" ? 1 : -1);
    else if (action === "later" || action === "earlier") this.page(action === "later" ? 1 : -1);
    else if (action === "undo" || action === "redo") {
      if (this.data[action]) this.ask({ act: action });
    } else if (segment && action === "play") this.moment.play(segment);
    else if (segment && action === "edit") this.edit(segment);
    else if (segment) this.ask({ act: action, position, was: segment.text });
  }

  /** @param {number} by */
  step(by) {
    const { rows } = this.data;
    const place = rows.findIndex((one) => one.position === this.chosen) + by;
    if (place < 0 || place >= rows.length) return this.page(by);
    this.chosen = rows[place].position;
    this.mark();
    this.focus();
  }

  /** @param {number} by */
  page(by) {
    if (!this.data.more[by > 0 ? 1 : 0]) return;
    this.fromEnd = by < 0;
    this.ask({ act: "page", by });
  }

  /** @param {Segment} segment */
  edit(segment) {
    this.chosen = this.editing = segment.position;
    this.drawRows();
    this.form?.focus();
  }

  /** @param {string} action @param {Segment} segment @param {import("./form.js").Fields} fields */
  ofForm(action, segment, fields) {
    if (action === "play") return this.moment.play({ start: fields.start_s, end: fields.end_s });
    if (action === "leave") {
      this.editing = null;
      this.trouble.textContent = "";
      this.drawRows();
      return this.focus();
    }
    const { position } = segment;
    const act = action === "save" ? "correct" : "split";
    this.ask({ act, position, was: segment.text, ...fields });
  }

  /**
   * One message at a time: the server hears only the last of several. Each is another one.
   * @param {Message} message
   */
  ask(message) {
    this.asked += 1;
    this.waiting.push({ ...message, asked: this.asked });
    if (this.waiting.length === 1) this.send(this.waiting[0]);
  }

  /**
   * The one under way is answered; what was refused was not what those behind it rely on.
   * @param {boolean} done
   */
  answered(done) {
    this.waiting = done ? this.waiting.slice(1) : [];
    if (this.waiting.length) this.send(this.waiting[0]);
  }
}

function help() {
  const line = element("p", "vab-transcript-help");
  for (const [key, does] of HELP) {
    const pair = element("span");
    if (does) pair.append(element("kbd", "", key), ` ${does}`);
    else line.append(element("br"));
    line.append(does ? pair : key, " ");
  }
  return line;
}
