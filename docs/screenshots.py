"""Makes the README's pictures of a report: `python docs/screenshots.py out/report.html [KEY]`.

They are docs/images/report.jpg, as on a desk with the card KEY open (such as "finding-1" or "missed-2"), and
docs/images/report-phone.jpg, the same on a phone. Needs Chromium.
"""

import shutil
import sys
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parent / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def shoot(browser: Browser, report: Path, key: str, phone: bool) -> bytes:
    """PNG of the report with a card opened from its mark on the map."""
    width, height, scale = (390, 844, 2) if phone else (1360, 980, 1)
    page = browser.new_page(
        viewport={"width": width, "height": height}, device_scale_factor=scale, is_mobile=phone, has_touch=phone
    )
    page.goto(report.resolve().as_uri())
    page.locator(f'[data-key="{key}"] .hit').click(force=True)
    if phone:
        page.evaluate("document.getElementById('map-panel').scrollIntoView()")
    else:
        page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(1000)
    return page.screenshot()


def save(png: bytes, name: str) -> None:
    """Write a PNG as JPEG."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    cv2.imwrite(str(IMAGES / name), picture, [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if len(sys.argv) < 2 or chromium is None:
        sys.exit("usage: python docs/screenshots.py out/report.html [KEY], with Chromium installed")
    chosen = sys.argv[2] if len(sys.argv) > 2 else "finding-1"
    with sync_playwright() as driver:
        # The sandbox needs rights that containers do not give; the page is our own.
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, phone in (("report.jpg", False), ("report-phone.jpg", True)):
            save(shoot(opened, Path(sys.argv[1]), chosen, phone), name)
