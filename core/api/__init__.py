"""The routes under /api/: pictures, media and the map's data, all looked up by id."""

from core.api.routes import DatabaseProvider, routes

__all__ = ["DatabaseProvider", "routes"]
