"""What every part that is drawn in the browser shares: its modules, and what travels to them."""

from __future__ import annotations

from pathlib import Path

from core.api.browser_modules import address
from core.browser_modules import needed
from core.config import PROJECT

# What Streamlit runs has no address, so that it cannot import by a relative one.
_MOUNT = """
for (const path of PATHS) {
  const link = Object.assign(document.createElement("link"), { rel: "modulepreload", href: path });
  document.head.append(link);
}
const { default: mount } = await import(new URL("ENTRY", location.origin).href);
export default mount;
"""


def mounted(module: Path) -> str:
    """A component's script: the default export of a module, which is imported from its address."""
    path = module.relative_to(PROJECT).as_posix()
    ahead = [address(one) for one in needed(path)]
    return _MOUNT.replace("PATHS", str(ahead)).replace("ENTRY", address(path))
