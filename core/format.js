// Numbers as words in the browser, as format.py says them. Scripts that need it are put behind it.

/** A place in a video as players show it: 0:07 until it is 8 s, 1:24, 1:02:05. @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(Math.round(1000 * seconds) / 1000));
  /** @param {number} number */
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A part of a whole: 34 %, under 1 %. @param {number} part @param {number} whole */
export function percent(part, whole) {
  const share = (100 * part) / Math.max(1, whole);
  return share > 0 && share < 1 ? "under 1 %" : `${Math.round(share)} %`;
}

/** 1 video, 1,234 frames. @param {number} number @param {string} noun */
export const counted = (number, noun, several = `${noun}s`) =>
  `${number.toLocaleString("en")} ${number === 1 ? noun : several}`;
