// One segment as a list item: its frame, times, words and what can be done with it. All text is set
// as text: captions are data.

import { button, element, words } from "../../../../core/charts/js/elements.js";

/**
 * @typedef {import("./editor.js").Segment} Segment
 * @typedef {(action: string, position: number) => void} Act
 */

/** @param {Segment} segment @param {boolean} isLast @param {Act} act */
export function row(segment, isLast, act) {
  const item = element("li", "vab-segment", undefined, {
    tabindex: "-1", "data-position": String(segment.position), "aria-label": said(segment),
  });
  if (segment.picture) {
    item.append(element("img", "vab-segment-frame", undefined,
      { src: segment.picture, loading: "lazy", alt: "" }));
  }
  const body = element("div", "vab-segment-body");
  body.append(facts(segment), text(segment));
  if (segment.was !== undefined) body.append(before(segment.was, segment.wasWhen ?? ""));
  if (segment.tokens.length) {
    const chips = element("div", "vab-segment-tokens");
    chips.append(...segment.tokens.map((token) => words("", token)));
    body.append(chips);
  }
  body.append(actions(segment, isLast, act));
  item.append(body);
  return item;
}

/** What is read out of a segment. @param {Segment} segment */
function said(segment) {
  const parts = [`Segment ${segment.position + 1}, ${segment.when}`];
  if (segment.was !== undefined) parts.push("corrected");
  else if (segment.sure) parts.push(`${segment.sure} sure`);
  const letters = [...segment.text];
  const doubted = segment.unsure.map(([start, end]) => letters.slice(start, end).join(""));
  return `${parts.join(", ")}: ${segment.text}${doubted.length ? `. Unsure of ${doubted.join(", ")}` : ""}`;
}

/** @param {Segment} segment */
function facts(segment) {
  const line = element("div", "vab-segment-facts");
  line.append(element("span", "", `${segment.position + 1}`), element("span", "", segment.when));
  if (segment.was !== undefined) line.append(element("span", "vab-segment-chip", "corrected"));
  else if (segment.sure) {
    line.append(element("span", "vab-segment-chip", `${segment.sure} sure`,
      { title: "How sure the machine is, as the mean of its words" }));
  }
  return line;
}

/**
 * The words; those that the machine doubts are underlined. Spans count letters as Python does.
 * @param {Segment} segment
 */
function text(segment) {
  const made = words("vab-segment-text", "");
  made.lang = words("", segment.text).lang;
  const letters = [...segment.text];
  let at = 0;
  for (const [start, end, sure] of segment.unsure) {
    made.append(letters.slice(at, start).join(""), element("u", "vab-unsure",
      letters.slice(start, end).join(""), { title: `${sure} sure` }));
    at = end;
  }
  made.append(letters.slice(at).join(""));
  return made;
}

/** @param {string} was @param {string} when */
function before(was, when) {
  const line = element("div", "vab-segment-was", `It was, ${when}: `);
  const quote = element("q");
  quote.append(words("", was));
  line.append(quote);
  return line;
}

/** @param {Segment} segment @param {boolean} isLast @param {Act} act */
function actions(segment, isLast, act) {
  const line = element("div", "vab-segment-actions");
  /** @param {string} action @param {string} title */
  const offer = (action, title) => {
    const label = `${title}: segment ${segment.position + 1}`;
    const made = button("", title, label, () => act(action, segment.position));
    made.tabIndex = -1; // the list has one stop; its keys do the same
    line.append(made);
  };
  offer("play", "Play");
  offer("edit", "Correct");
  if (!isLast) offer("merge", "Merge with next");
  if (segment.was !== undefined) offer("revert", "Revert");
  return line;
}
