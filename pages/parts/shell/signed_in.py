"""Who is at a page or asks for an answer, on a server that several people use.

`python -m core app` says how they sign in, by AFFINITY_SIGN_IN: "provider" for OpenID Connect,
which Streamlit speaks, or "header NAME" where a proxy has asked them. Without it nobody is asked.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from typing import Any

import streamlit as st
from starlette.requests import Request
from streamlit.auth_util import get_origin_from_redirect_uri
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.starlette import starlette_auth_routes, starlette_websocket

from core.config import SIGN_IN
from core.errors import NotAllowed
from core.storage import people
from core.storage.acting import Person
from pages.parts.shell.library_access import home

_COOKIE = "_streamlit_user"


def asked() -> bool:
    """Whether this server asks who somebody is."""
    return SIGN_IN in os.environ


def with_provider() -> bool:
    """Whether people sign in with a provider, and can sign out."""
    return asked() and _header() is None


def at_page() -> Person | None:
    """Who is at the page that is drawn now; None where nobody is asked, and in no page.

    Raises NotAllowed for whom nobody has listed, or nobody knows.
    """
    if not asked() or get_script_run_ctx(suppress_warning=True) is None:
        return None
    return _listed(_name(st.user.to_dict()))


def asking(request: Request) -> Person | None:
    """Who asks for an answer. Raises as `at_page`."""
    if not asked():
        return None
    header = _header()
    if header is not None:
        return _listed(request.headers.get(header, ""))
    return _listed(_name(_of_cookie(request)))


def let_in() -> bool:
    """Whether somebody may see the pages; a way in is drawn for whom they are not."""
    try:
        at_page()
    except NotAllowed as error:
        st.title("Video Affinity Browser")
        st.info(str(error), icon=":material/lock:")
        if with_provider():
            if st.user.get("is_logged_in"):
                st.button("Sign in as somebody else", on_click=st.logout)
            else:
                st.button("Sign in", on_click=st.login, type="primary")
        return False
    return True


def _header() -> str | None:
    """The header with the name, where a proxy asks for it."""
    how, _, header = os.environ[SIGN_IN].partition(" ")
    return header if how == "header" else None


def _name(claims: Mapping[str, Any]) -> str:
    """The address that the provider has verified, else the provider's own name; "" for nobody."""
    if _header() is not None:
        return str(claims.get("name") or "")
    if not claims.get("is_logged_in"):
        return ""
    verified = claims.get("email_verified", True) not in (False, "false")
    return str((verified and claims.get("email")) or claims.get("sub") or "")


def _listed(name: str) -> Person:
    if not name.strip():
        raise NotAllowed("Sign in to see this.")
    found = people.of_name(home(), name)
    if found is None:
        raise NotAllowed(
            f"{name} is not among the people of this server; whoever owns it can write "
            f"python -m core people add {shlex.quote(name)} reader."
        )
    return found


def _of_cookie(request: Request) -> Mapping[str, Any]:
    """What Streamlit has signed when the person came back from the provider; {} for nobody."""
    origin = get_origin_from_redirect_uri()
    signed = starlette_auth_routes._get_cookie_value_from_request(request, _COOKIE)
    if signed is None or origin is None:
        return {}
    return starlette_websocket._parse_decoded_user_cookie(signed, origin)
