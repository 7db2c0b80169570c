// What a hand does on the map: pointing, choosing, walking with the keyboard.

const HIT_PX = 20;

/** Everything that is pointed at, pressed or typed on the map. */
function listen(view) {
  const { signal } = view.stop;
  let pressed = null;
  view.map.addEventListener("pointermove", (event) => {
    if (!view.drawn || event.buttons) return view.point(null);
    const { left, top } = view.map.getBoundingClientRect();
    const row = rowAt(view, event.clientX - left, event.clientY - top);
    view.point(row);
    if (row === null) return view.card.hide();
    return view.card.show(view, row, event.clientX, event.clientY);
  }, { signal });
  view.map.addEventListener("pointerleave", () => view.unpoint(), { signal });
  view.map.addEventListener("pointerdown", (event) => {
    pressed = [event.clientX, event.clientY];
    view.card.hide();
  }, { signal, capture: true });
  window.addEventListener("pointerup", (event) => {
    if (pressed === null) return; // pressed elsewhere: in a list that lies over the map
    const [x, y] = pressed;
    pressed = null;
    if (Math.hypot(event.clientX - x, event.clientY - y) > 4 || !view.drawn) return;
    if (event.target.closest?.("button")) return;
    const { left, top } = view.map.getBoundingClientRect();
    const row = rowAt(view, event.clientX - left, event.clientY - top);
    if (row !== null) view.choose(row);
  }, { signal, capture: true });
  view.map.addEventListener("keydown", (event) => onKey(view, event), { signal });
  view.map.addEventListener("blur", () => view.unpoint(), { signal });
  view.panel.node.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.target.closest("dialog")) view.choose(null);
  }, { signal });
  for (const tool of view.root.querySelectorAll(".vab-tools button")) {
    tool.addEventListener("click", () => view.zoom(tool.dataset.zoom), { signal });
  }
  view.resize = new ResizeObserver(() => {
    const [width, height] = [view.plot.clientWidth, view.plot.clientHeight];
    if (view.drawn && width && height) view.Plotly.relayout(view.plot, { width, height });
  });
  view.resize.observe(view.map);
}

function onKey(view, event) {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (event.key in ways) {
    const row = walk(view, ...ways[event.key]);
    view.point(row);
    const { left, top } = view.map.getBoundingClientRect();
    const [x, y] = view.pixel(row);
    view.card.show(view, row, left + x, top + y);
    view.live.textContent = `${view.videoOf(row).title}, ${clock(view.rows.time[row])}`;
  } else if (event.key === "Enter" && view.pointed !== null) {
    view.choose(view.pointed);
  } else if (event.key === "Escape") {
    if (!view.card.node.hidden) view.unpoint();
    else if (view.selected !== null) view.choose(null);
    else view.chooseCluster(null);
  } else {
    return;
  }
  event.preventDefault();
}

/** The nearest row in a direction: what lies aside counts as farther away. */
function walk(view, dx, dy) {
  const from = view.pointed ?? view.selected;
  if (from === null) return rowAt(view, view.map.clientWidth / 2, view.map.clientHeight / 2, 1e6);
  const [x, y] = view.pixel(from);
  let [best, nearest] = [from, Infinity];
  for (let row = 0; row < view.rows.count; row += 1) {
    const [px, py] = view.pixel(row);
    const ahead = (px - x) * dx + (py - y) * dy;
    const aside = Math.abs((px - x) * dy) + Math.abs((py - y) * dx);
    if (ahead <= 0.5 || aside > 2 * ahead) continue;
    const far = ahead + 2 * aside;
    if (far < nearest) [best, nearest] = [row, far];
  }
  return best;
}

/** The row nearest to a pixel, within reach; a scan of 50,000 points takes under a millisecond. */
function rowAt(view, x, y, reach = HIT_PX) {
  const [[x0, y0], [x1, y1]] = [view.pixelOf(0, 0), view.pixelOf(1, 1)];
  const [scaleX, scaleY] = [x1 - x0, y1 - y0];
  let [best, nearest] = [null, reach * reach];
  for (let row = 0; row < view.rows.count; row += 1) {
    const dx = x0 + view.places.x[row] * scaleX - x;
    const dy = y0 + view.places.y[row] * scaleY - y;
    const far = dx * dx + dy * dy;
    if (far < nearest) [best, nearest] = [row, far];
  }
  return best;
}
