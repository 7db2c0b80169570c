// The list of segments: one is chosen, keys and buttons act on it, the server does what is asked.

import { button, element } from "../../../../core/charts/js/elements.js";
import { form } from "./form.js";
import { ofList } from "./keys.js";
import { Moment } from "./moment.js";
import { row } from "./row.js";

const HELP = [
  ["↑ ↓", "choose"], ["Space", "play"], ["Enter", "correct"], ["M", "merge with next"],
  ["O", "original back"], ["Z", "undo"], ["Y", "redo"], ["Page ↑ ↓", "pages"],
  ["while correcting:", ""], ["Enter", "save"], ["Ctrl+Enter", "split at the cursor"],
  ["Ctrl+Space", "play"], ["Esc", "cancel"],
];
const editors = new WeakMap();

export default function mount({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".vab-transcript");
  if (!editors.has(root)) editors.set(root, new Editor(root));
  const editor = editors.get(root);
  editor.send = (message) => setTriggerValue("change", message);
  editor.draw(data);
}

class Editor {
  constructor(root) {
    this.root = root;
    this.chosen = null; // a segment's position
    this.editing = null;
    this.heard = null; // the newest answer; one from before was of another drawing
    this.video = null;
    this.drawn = "";
    this.waiting = []; // messages; the first is under way
    this.send = null;
    this.list = element("ol", "vab-segments", undefined, { "aria-label": "Segments" });
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("focusin", (event) => this.focused(event.target));
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

  openForm(item, segment) {
    const made = form(segment, (action, fields) => this.ofForm(action, segment, fields));
    item.querySelector(".vab-segment-body").replaceChildren(made.node);
    this.form = made;
  }

  mark() {
    for (const item of this.list.children) {
      const is = Number(item.dataset.position) === this.chosen;
      item.tabIndex = is ? 0 : -1;
      if (is) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }

  focus() {
    const item = this.list.querySelector('[aria-current="true"]');
    item?.focus({ preventScroll: true });
    item?.scrollIntoView({ block: "nearest" });
  }

  focused(target) {
    const item = target.closest(".vab-segment");
    if (!item) return;
    this.chosen = Number(item.dataset.position);
    this.mark();
  }

  key(event) {
    const isButton = event.target instanceof HTMLButtonElement && ["Enter", " "].includes(event.key);
    const action = isButton ? "" : ofList(event);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    this.act(action);
  }

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

  step(by) {
    const { rows } = this.data;
    const place = rows.findIndex((one) => one.position === this.chosen) + by;
    if (place < 0 || place >= rows.length) return this.page(by);
    this.chosen = rows[place].position;
    this.mark();
    this.focus();
  }

  page(by) {
    if (!this.data.more[by > 0 ? 1 : 0]) return;
    this.fromEnd = by < 0;
    this.ask({ act: "page", by });
  }

  edit(segment) {
    this.chosen = this.editing = segment.position;
    this.drawRows();
    this.form.focus();
  }

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

  /** One message at a time: the server hears only the last of several. Each is another one. */
  ask(message) {
    this.asked = (this.asked ?? 0) + 1;
    this.waiting.push({ ...message, asked: this.asked });
    if (this.waiting.length === 1) this.send(this.waiting[0]);
  }

  /** The one under way is answered; what was refused was not what those behind it rely on. */
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
