"use strict";
(() => {
  const map = document.getElementById("map");
  const whole = { w: Number(map.dataset.width), h: Number(map.dataset.height) };
  const view = { x: 0, y: 0, w: whole.w, h: whole.h };
  const closest = 300; // centimetres across
  const all = (query, root = document) => Array.from(root.querySelectorAll(query));
  const phone = () => window.matchMedia("(max-width: 900px)").matches;

  // The map

  const fixed = all("[data-x]", map);
  const labels = all("[data-label]", map);

  function unit() { // map units a pixel
    const box = map.getBoundingClientRect();
    return Math.max(view.w / Math.max(box.width, 1), view.h / Math.max(box.height, 1));
  }

  function draw() {
    map.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    map.classList.toggle("zoomed", view.w < whole.w * 0.999);
    const scale = unit();
    for (const g of fixed) g.setAttribute("transform", `translate(${g.dataset.x} ${g.dataset.y}) scale(${scale})`);
    tidy(scale);
  }

  function tidy(scale) { // of labels that would overlap, the first stays; what would be cut off goes
    const centre = { x: (view.x + view.w / 2) / scale, y: (view.y + view.h / 2) / scale };
    const taken = all("#markers [data-x]", map).map((g) => ({ x: g.dataset.x / scale, y: g.dataset.y / scale, w: 22, h: 22 }));
    for (const label of labels) {
      const g = label.parentNode;
      const size = 7 * label.textContent.length;
      const box = { x: g.dataset.x / scale, y: g.dataset.y / scale + Number(label.getAttribute("y")) - 4, w: size, h: 13 };
      const beyond = Math.abs(box.x - centre.x) > (view.w / scale - box.w) / 2 || Math.abs(box.y - centre.y) > (view.h / scale - box.h) / 2;
      const clash = beyond || taken.some((t) => Math.abs(t.x - box.x) < (t.w + box.w) / 2 && Math.abs(t.y - box.y) < (t.h + box.h) / 2);
      label.setAttribute("visibility", clash ? "hidden" : "inherit");
      const layer = g.closest("[data-of]");
      if (!clash && layer.getAttribute("visibility") !== "hidden") taken.push(box);
    }
  }

  function clamp() {
    view.w = Math.min(Math.max(view.w, Math.min(closest, whole.w)), whole.w);
    view.h = view.w * whole.h / whole.w;
    view.x = Math.min(Math.max(view.x, 0), whole.w - view.w);
    view.y = Math.min(Math.max(view.y, 0), whole.h - view.h);
  }

  function place(x, y) { // from the screen to the map
    const box = map.getBoundingClientRect();
    const scale = unit();
    return { x: view.x + view.w / 2 + (x - box.left - box.width / 2) * scale, y: view.y + view.h / 2 + (y - box.top - box.height / 2) * scale };
  }

  function zoom(factor, at) {
    const before = view.w;
    view.w /= factor;
    clamp();
    const done = before / view.w;
    view.x = at.x - (at.x - view.x) / done;
    view.y = at.y - (at.y - view.y) / done;
    clamp();
    draw();
    return Math.abs(done - 1) > 1e-6;
  }

  const middle = () => ({ x: view.x + view.w / 2, y: view.y + view.h / 2 });
  for (const button of all("[data-zoom]")) {
    button.addEventListener("click", () => {
      const step = { in: 1.6, out: 1 / 1.6, all: 1e-3 }[button.dataset.zoom];
      zoom(step, middle());
    });
  }
  map.addEventListener("wheel", (event) => {
    const steps = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    if (zoom(Math.exp(-steps / 300), place(event.clientX, event.clientY))) event.preventDefault();
  }, { passive: false });

  const fingers = new Map();
  let moved = 0;
  map.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    if (!fingers.size) moved = 0;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  map.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY };
    moved += Math.hypot(now.x - last.x, now.y - last.y);
    if (moved > 5 && !map.hasPointerCapture(event.pointerId)) map.setPointerCapture(event.pointerId);
    const other = Array.from(fingers).filter(([id]) => id !== event.pointerId).map(([, at]) => at)[0];
    const scale = unit();
    if (other) {
      const gap = (a) => Math.max(Math.hypot(a.x - other.x, a.y - other.y), 1);
      zoom(gap(now) / gap(last), place((now.x + other.x) / 2, (now.y + other.y) / 2));
    } else if (moved > 5) {
      map.classList.add("dragging");
      view.x -= (now.x - last.x) * scale;
      view.y -= (now.y - last.y) * scale;
      clamp();
      draw();
    }
    fingers.set(event.pointerId, now);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    map.addEventListener(name, (event) => {
      fingers.delete(event.pointerId);
      map.classList.remove("dragging");
    });
  }
  map.addEventListener("dragstart", (event) => event.preventDefault());

  // Layers

  const heat = document.getElementById("heat");
  heat.addEventListener("change", () => {
    for (const image of all("[data-heat]", map)) image.setAttribute("visibility", image.dataset.heat === heat.value ? "visible" : "hidden");
    for (const ramp of all("[data-ramp]")) ramp.hidden = ramp.dataset.ramp !== heat.value;
  });
  for (const box of all("[data-layer]")) {
    box.addEventListener("change", () => {
      for (const g of all(`[data-of="${box.dataset.layer}"]`, map)) g.setAttribute("visibility", box.checked ? "inherit" : "hidden");
      draw();
    });
  }

  // Cards and marks

  function choose(key) {
    for (const old of all(".chosen")) old.classList.remove("chosen");
    for (const now of all(`[data-key="${key}"], [data-sight="${key}"], #${key}`)) now.classList.add("chosen");
  }

  function open(key) {
    const card = document.getElementById(key);
    if (!card) return;
    if (card.hidden) filter("all");
    if (card.tagName === "DETAILS") card.open = true;
    choose(key);
    card.scrollIntoView({ block: phone() ? "start" : "nearest" });
  }

  function show(key) {
    const mark = map.querySelector(`[data-key="${key}"]`);
    if (!mark) return;
    choose(key);
    view.w = Math.min(view.w, whole.w / 2.2);
    clamp();
    view.x = mark.dataset.x - view.w / 2;
    view.y = mark.dataset.y - view.h / 2;
    clamp();
    draw();
    document.getElementById("map-panel").scrollIntoView({ block: "nearest" });
  }

  for (const mark of all(".marker[data-key]", map)) {
    mark.addEventListener("click", (event) => {
      event.preventDefault();
      if (moved > 5) return;
      open(mark.dataset.key);
      history.replaceState(null, "", `#${mark.dataset.key}`);
    });
  }
  for (const button of all("[data-show]")) button.addEventListener("click", () => show(button.dataset.show));
  for (const card of all(".card")) card.addEventListener("toggle", () => { if (card.open) choose(card.id); });

  function filter(status) {
    for (const chip of all("[data-filter]")) chip.setAttribute("aria-pressed", String(chip.dataset.filter === status));
    for (const card of all(".card")) card.hidden = status !== "all" && card.dataset.status !== status;
  }
  for (const chip of all("[data-filter]")) chip.addEventListener("click", () => filter(chip.dataset.filter));

  for (const thumb of all(".thumb")) { // the same picture need not be in the page twice
    thumb.src = thumb.closest(".card").querySelector("figure img").src;
    thumb.hidden = false;
  }

  // Charts

  for (const chart of all(".chart")) {
    const values = JSON.parse(chart.dataset.hover);
    const dot = chart.querySelector(".dot");
    const said = chart.querySelector(".said");
    chart.addEventListener("pointermove", (event) => {
      const box = chart.getBoundingClientRect();
      const size = chart.viewBox.baseVal;
      const x = (event.clientX - box.left) * size.width / box.width;
      const near = values.reduce((a, b) => (Math.abs(b[0] - x) < Math.abs(a[0] - x) ? b : a));
      dot.setAttribute("cx", near[0]);
      dot.setAttribute("cy", near[1]);
      dot.style.visibility = "visible";
      said.setAttribute("x", Math.min(Math.max(near[0], 100), size.width - 60));
      said.textContent = near[2];
    });
    chart.addEventListener("pointerleave", () => {
      dot.style.visibility = "hidden";
      said.textContent = "";
    });
  }

  const video = document.getElementById("video");
  if (video) {
    video.addEventListener("error", () => {
      video.hidden = true;
      document.getElementById("no-video").hidden = false;
    });
  }

  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const one of closed) one.open = true;
  });
  window.addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
  window.addEventListener("resize", draw);
  window.addEventListener("hashchange", () => open(location.hash.slice(1)));
  draw();
  if (location.hash.length > 1) open(location.hash.slice(1));
})();
