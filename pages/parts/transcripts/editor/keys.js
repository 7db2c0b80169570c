// What a key does in the list of segments, and while one is edited.

/** @type {Record<string, string>} */
const LIST = {
  ArrowDown: "next", j: "next", ArrowUp: "previous", k: "previous",
  Enter: "edit", e: "edit", " ": "play", p: "play", m: "merge", o: "revert",
  z: "undo", y: "redo", PageDown: "later", PageUp: "earlier",
};

/**
 * A key as it was pressed.
 * @typedef {Partial<Pick<KeyboardEvent, "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing">>
 *   & { key: string }} Pressed
 */

/** The action of a key on a segment, "" for none. @param {Pressed} pressed */
export function ofList({ key, ctrlKey = false, metaKey = false, altKey = false, shiftKey = false }) {
  const small = key.length === 1 ? key.toLowerCase() : key;
  if (altKey) return "";
  if (ctrlKey || metaKey) {
    if (small === "z") return shiftKey ? "redo" : "undo";
    return small === "y" ? "redo" : "";
  }
  if (small === "z" && shiftKey) return "redo";
  return LIST[small] ?? "";
}

/**
 * The action of a key in the text that is edited; a word that is being composed takes all keys.
 * @param {Pressed} pressed
 */
export function ofText({ key, ctrlKey = false, metaKey = false, shiftKey = false, isComposing = false }) {
  if (isComposing) return "";
  if (key === "Escape") return "leave";
  if (key === "Enter" && (ctrlKey || metaKey)) return "split";
  if (key === "Enter" && !shiftKey) return "save";
  return key === " " && ctrlKey ? "play" : "";
}
