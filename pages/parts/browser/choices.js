// The one store of what is chosen on the page, and how a link to another page is followed.

import { Choices } from "./choice_store.js";

export const choices = begin();

/**
 * A server that hears of a part of one page after it was asked for another leaves that one empty.
 * Streamlit sends what it is told in a task of its own, so a link is followed in the next after it.
 */
function begin() {
  const made = new Choices();
  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest?.("a[href]:not([download])");
    if (!(link instanceof HTMLAnchorElement) || !made.send || made.leaving) return;
    const elsewhere = link.origin === location.origin && link.pathname !== location.pathname;
    const besides = link.target || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey; // a new tab
    if (!elsewhere || besides) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    made.leave();
    setTimeout(() => (link.isConnected ? link.click() : location.assign(link.href)));
  }, true);
  return made;
}
