"""The pages in a real headless Chromium: no errors, links that work, the map that moves, and a phone's width."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from patrolgym.recording.video import VideoWriter
from patrolgym.report.page import report

from .test_bench_page import made as bench_page

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None
)
if CHROMIUM is None:
    pytest.skip("no Chromium is installed (on Debian: apt-get install chromium)", allow_module_level=True)
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")

# A busy machine may take its time.
playwright.expect.set_options(timeout=60_000)

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        # The sandbox needs rights that containers do not give; the pages are our own.
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a file; at the end nothing may have gone wrong or have been asked of the network."""
    wrong: list[str] = []
    contexts = []

    def open_page(path: Path, **options: Any) -> Any:
        context = browser.new_context(**(options or DESKTOP))
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: None if local(request.url, path) else wrong.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def local(url: str, path: Path) -> bool:
    return url.startswith(("data:", path.parent.as_uri() + "/"))


@pytest.fixture
def written(patrol: Any, tmp_path: Path) -> Path:
    with VideoWriter(tmp_path / "patrol.mp4", (64, 48), fps=5) as video:
        for k in range(10):
            video.write(np.full((48, 64, 3), 20 * k, np.uint8))
    path = tmp_path / "report.html"
    path.write_text(report(patrol(video="patrol.mp4")), encoding="utf-8")
    return path


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_opens_without_an_error_and_without_scrolling_sideways(visit, written, device):
    page = visit(written, **device)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.title() == "Patrol report: hazardous plant, small, seed 7"


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_of_a_benchmark_opens_too(visit, tmp_path, device):
    path = tmp_path / "bench.html"
    path.write_text(bench_page(), encoding="utf-8")
    page = visit(path, **device)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_every_link_leads_somewhere(visit, written):
    page = visit(written)
    missing = page.evaluate(
        """Array.from(document.querySelectorAll('[href^="#"]')).map((a) => a.getAttribute("href").slice(1))
        .filter((id) => !document.getElementById(id))"""
    )
    assert missing == []


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("key", ["finding-1", "finding-2", "missed-2", "event-1"])
def test_a_mark_on_the_map_opens_its_card(visit, written, device, key):
    page = visit(written, **device)
    card = page.locator(f"#{key}")
    if not key.startswith("event"):
        assert card.get_attribute("open") is None
    page.locator(f'[data-key="{key}"] .hit').click(force=True)
    if not key.startswith("event"):
        assert card.get_attribute("open") is not None
    playwright.expect(card).to_be_in_viewport()
    assert page.evaluate("location.hash") == f"#{key}"


def test_a_mark_can_be_opened_by_keyboard(visit, written):
    page = visit(written)
    page.locator('[data-key="missed-3"]').focus()
    page.keyboard.press("Enter")
    assert page.locator("#missed-3").get_attribute("open") is not None


def test_a_card_shows_its_place_on_the_map(visit, written):
    page = visit(written, **PHONE)
    page.locator("#missed-2 summary").click()
    page.locator('[data-show="missed-2"]').click()
    mark = page.locator('[data-key="missed-2"]')
    playwright.expect(mark).to_be_in_viewport()
    playwright.expect(mark).to_have_class(re.compile("chosen"))
    playwright.expect(page.locator('[data-sight="missed-2"]')).to_have_css("visibility", "visible")


def test_a_link_to_a_card_opens_it(visit, written):
    page = visit(written)
    page.goto(written.as_uri() + "#finding-3")
    assert page.locator("#finding-3").get_attribute("open") is not None


def box(page: Any) -> list[float]:
    return [float(value) for value in page.locator("#map").get_attribute("viewBox").split()]


def test_the_map_zooms_and_moves(visit, written):
    page = visit(written)
    whole = box(page)
    page.locator('[data-zoom="in"]').click()
    closer = box(page)
    assert closer[2] == pytest.approx(whole[2] / 1.6)
    page.locator("#map").hover(position={"x": 150, "y": 100})
    page.mouse.wheel(0, -300)
    page.wait_for_function(f"document.getElementById('map').viewBox.baseVal.width < {closer[2] - 1}")
    before = box(page)
    page.mouse.down()
    page.mouse.move(*[value + 60 for value in centre(page)], steps=4)
    page.mouse.up()
    assert box(page)[:2] != before[:2]
    page.locator('[data-zoom="all"]').click()
    assert box(page) == pytest.approx(whole)


def centre(page: Any) -> tuple[float, float]:
    place = page.locator("#map").bounding_box()
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2


def test_two_fingers_zoom(visit, written):
    page = visit(written, **PHONE)
    page.locator("#map").scroll_into_view_if_needed()
    whole, (x, y) = box(page), centre(page)
    touch = page.context.new_cdp_session(page)
    for kind, gap in (("touchStart", 20), ("touchMove", 40), ("touchMove", 80), ("touchEnd", None)):
        points = [] if gap is None else [{"x": x - gap, "y": y, "id": 0}, {"x": x + gap, "y": y, "id": 1}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert box(page)[2] < 0.6 * whole[2]


def test_layers_and_filters(visit, written):
    page = visit(written)
    page.locator("#heat").select_option("times")
    playwright.expect(page.locator('[data-heat="times"]')).to_have_attribute("visibility", "visible")
    playwright.expect(page.locator('[data-heat="share"]')).to_have_attribute("visibility", "hidden")
    page.locator('[data-layer="way"]').uncheck()
    playwright.expect(page.locator('[data-of="way"]').first).to_have_attribute("visibility", "hidden")
    page.locator('[data-filter="missed"]').click()
    assert page.locator(".card:visible").count() == 2
    page.locator('[data-key="finding-1"] .hit').click(force=True)
    playwright.expect(page.locator("#finding-1")).to_be_visible()


def test_marks_differ_without_colour(visit, written):
    page = visit(written)
    signs = {
        status: page.locator(f"#markers .{status} .sign").first.text_content()
        for status in ("matched", "missed", "false", "repeat")
    }
    assert len(set(signs.values())) == 4


def test_charts_say_the_value_under_the_pointer(visit, written):
    page = visit(written)
    page.locator(".chart").first.hover(position={"x": 200, "y": 60})
    assert "°C" in page.locator(".chart .said").first.text_content()


def test_the_video_plays_or_says_that_it_is_gone(visit, written):
    page = visit(written)
    page.wait_for_function("document.getElementById('video').readyState >= 1")
    with av.open(str(written.parent / "patrol.mp4")) as video:
        assert page.evaluate("document.getElementById('video').videoWidth") == video.streams.video[0].width
