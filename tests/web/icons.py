"""Draws static/icons/*.png from icon.svg with Chromium: `python -m tests.web.icons`."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).parents[2] / "static" / "icons"


def main() -> None:
    drawing = (ICONS / "icon.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, size, scale in (("icon-192", 192, 1.0), ("icon-512", 512, 1.0), ("maskable-512", 512, 0.8)):
            page = browser.new_page(viewport={"width": size, "height": size})
            margin = size * (1 - scale) / 2
            ground = "#1d4f8f" if scale < 1 else "transparent"
            page.set_content(
                f"<body style='margin:0;padding:{margin}px;background:{ground};width:{size * scale}px'>{drawing}"
            )
            page.screenshot(path=str(ICONS / f"{name}.png"), omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
