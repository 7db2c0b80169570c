"""Where a project's answers are: those of the first at /api, of another under its id."""

from __future__ import annotations

from core.storage.project import FIRST

OF_FIRST, OF_OTHERS = "/api", "/api/projects/{project}"


def base(project_id: str) -> str:
    """What the addresses of a project's videos and runs begin with."""
    return OF_FIRST if project_id == FIRST else OF_OTHERS.format(project=project_id)


def media(project_id: str, video_id: str) -> str:
    """Where a video's file is served."""
    return f"{base(project_id)}/videos/{video_id}/media"


def frame(project_id: str, video_id: str, index: int) -> str:
    """Where a frame's picture is served."""
    return f"{base(project_id)}/videos/{video_id}/frames/{index}.jpg"
