"""The web client's files, as they are: revalidated by ETag each time, so that a new version is there at once (¶38)."""

from __future__ import annotations

from pathlib import Path

from aiohttp import hdrs, web

from signaling.problems import Problem

PAGES = ("/", "/staff", "/technician", "/index.html", "/staff/index.html", "/technician/index.html")
_TYPES = {
    ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".html": "text/html",
    ".json": "application/json", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml",
    ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".wav": "audio/wav", ".mp3": "audio/mpeg",
}  # fmt: skip
_TEXTS = frozenset({".js", ".mjs", ".css", ".html", ".json", ".webmanifest", ".svg"})


class StaticFiles:
    """Serves one folder at the root, where a service worker must stand to see every page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def routes(self) -> list[web.RouteDef]:
        pages = [web.get(page, self.page) for page in PAGES]
        return [*pages, web.get("/{path:.+}", self.file)]

    async def page(self, request: web.Request) -> web.StreamResponse:
        return self._serve("index.html")

    async def file(self, request: web.Request) -> web.StreamResponse:
        try:
            return self._serve(request.match_info["path"])
        except Problem:
            if not _for_a_person(request):
                raise
            return self._serve("not-found.html", status=404)

    def _serve(self, name: str, status: int = 200) -> web.StreamResponse:
        path = self._find(name)
        response = web.FileResponse(path, status=status, headers={hdrs.CACHE_CONTROL: "no-cache"})
        response.content_type = _TYPES[path.suffix]
        if path.suffix in _TEXTS:
            response.charset = "utf-8"
        return response

    def _find(self, name: str) -> Path:
        """Deny by default: a file of a known type inside the folder, hidden nowhere on its way."""
        if "\x00" in name or any(part.startswith(".") for part in name.split("/")):
            raise Problem("not-found")
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or path.suffix not in _TYPES or not path.is_file():
            raise Problem("not-found")
        return path


def _for_a_person(request: web.Request) -> bool:
    return "text/html" in request.headers.get(hdrs.ACCEPT, "") and not request.path.startswith("/api/")
