// Which labels there is room for: none lies over another, the first come first.

/**
 * @param {{ x: number, y: number, width: number, height: number }[]} boxes by their middles
 * @returns {boolean[]} whether each is shown
 */
export function withoutOverlap(boxes) {
  /** @type {typeof boxes} */
  const placed = [];
  return boxes.map((box) => {
    const free = placed.every((other) => Math.abs(box.x - other.x) >= (box.width + other.width) / 2
      || Math.abs(box.y - other.y) >= (box.height + other.height) / 2);
    if (free) placed.push(box);
    return free;
  });
}
