"use strict";
// Times in the reader's zone, keys, search as you type, the connection, and the plots. The page works without all of it.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // --- times

  const local = new Intl.DateTimeFormat(undefined, {
    year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit",
  });
  function showTimes(root) {
    for (const time of all("time[datetime]", root)) {
      if (time.title) continue;
      time.title = time.textContent;
      time.textContent = local.format(new Date(time.getAttribute("datetime")));
    }
  }

  // --- keys

  function drafts() {
    return all("article.draft");
  }
  function move(by) {
    const cards = drafts();
    const at = cards.indexOf(document.activeElement && document.activeElement.closest("article.draft"));
    const next = cards[Math.min(Math.max(at + by, 0), cards.length - 1)];
    if (next) {
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
    }
  }
  document.addEventListener("keydown", (event) => {
    const search = $("#q");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === search) {
      if (event.key === "Escape") search.blur();
      return;
    }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "j") {
      move(1);
    } else if (event.key === "k") {
      move(-1);
    } else if (event.key === "Enter" && event.target.matches("article.draft")) {
      const link = $(".files a, h3 a", event.target);
      if (link) link.click();
    }
  });

  // --- search

  function beginSearch() {
    const search = $("#q");
    if (!search || !window.htmx) return;
    let timer = 0;
    search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const words = search.value.trim();
        history.replaceState(null, "", words ? `/?q=${encodeURIComponent(words)}` : "/");
        htmx.trigger(search, "search-now");
      }, 200);
    });
    search.form.addEventListener("submit", (event) => {
      event.preventDefault();
      htmx.trigger(search, "search-now");
      const first = drafts()[0];
      if (first) first.focus();
    });
  }

  // --- the connection

  function beginLive() {
    const live = $("#live");
    if (!live) return;
    let poll = 0, wasConnected = true, heard = Date.now();
    const connection = $("#connection");
    const set = (isConnected) => {
      if (isConnected) heard = Date.now();
      if (isConnected === wasConnected) return;
      wasConnected = isConnected;
      connection.hidden = isConnected;
      clearInterval(poll);
      if (!isConnected) poll = setInterval(askAll, 30000);
    };
    // A stream says something every 10 s. One that is silent may be none any more, though nobody closed it.
    setInterval(() => { if (!document.hidden && Date.now() - heard > 35000) set(false); }, 5000);
    const askAll = () => ["status", "checks", "drafts", "papers", "timeline", "figures"].forEach((part) => htmx.trigger(live, part));
    document.addEventListener("htmx:sse:after:connection", () => {
      set(true);
    });
    document.addEventListener("htmx:sse:after:message", () => set(true));
    document.addEventListener("htmx:sse:error", () => set(false));
    document.addEventListener("htmx:sse:close", () => set(false));
    for (const failed of ["htmx:error", "htmx:response:error"]) {
      document.addEventListener(failed, (event) => { if (event.target === live) set(false); });
    }
    live.addEventListener("figures", () => drawPlots());
  }

  // Where the focus was before a part was replaced.
  let focused = "";
  document.addEventListener("htmx:before:swap", () => {
    const card = document.activeElement && document.activeElement.closest("article.draft");
    focused = card ? card.id : "";
  });
  document.addEventListener("htmx:after:swap", (event) => {
    showTimes(document);
    const card = focused && document.getElementById(focused);
    if (card && !document.activeElement.closest("article.draft")) card.focus({ preventScroll: true });
  });

  // --- plots

  const charts = new Map();
  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#888";
  }
  function duration(seconds) {
    if (seconds < 60) return `${+seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
    if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
    if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
    return `${Math.round(seconds / 86400)} d`;
  }
  function draw(id, options, data) {
    const place = document.getElementById(id);
    if (!place) return;
    const old = charts.get(id);
    if (old) old.destroy();
    const axis = { stroke: colour("--pico-muted-color"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    const axes = (options.axes || [{}, {}]).map((each, number) => ({ ...axis, ...(number ? {} : { space: 70 }), ...each }));
    const fixed = { width: place.clientWidth || 300, height: 220, legend: { live: false }, cursor: { show: false } };
    const chart = new uPlot({ ...fixed, ...options, axes }, data, place);
    charts.set(id, chart);
  }
  function bars(side) {
    return uPlot.paths.bars({ size: [side ? 0.45 : 0.8, 30], align: side || 0 });
  }
  const dots = (label, stroke) => ({ label, stroke, width: 0, paths: () => null, points: { show: true, size: 7, fill: stroke }, value: (_, value) => (value == null ? "–" : duration(value)) });

  function show(plots) {
    const found = colour("--found"), published = colour("--published"), muted = colour("--pico-muted-color");
    const whole = (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? tick : ""));
    const days = plots.detections;
    const day = 86400;
    const around = (least) => (_, low, high) => [low - Math.max(0, (least - (high - low)) / 2), high + Math.max(0, (least - (high - low)) / 2)];
    draw("plot-detections", {
      axes: [{}, { values: whole, size: 40 }],
      scales: { x: { range: (_, low, high) => [low - day * 0.7, high + day * 0.7] }, y: { range: (_, low, high) => [0, Math.max(high * 1.05, 4)] } },
      series: [
        {},
        { label: "found", stroke: found, fill: found, paths: bars(-1), points: { show: false } },
        { label: "became papers", stroke: published, fill: published, paths: bars(1), points: { show: false } },
      ],
    }, [days.days, days.found, days.published]);
    const delays = plots.delays;
    const floor = (values) => values.map((value) => (value == null ? null : Math.max(value, 0.1)));
    if ([...delays.to_see, ...delays.to_tell].some((value) => value != null)) {
      draw("plot-delays", {
        axes: [{}, { values: (_, ticks) => ticks.map((tick) => (tick == null ? "" : duration(tick))), size: 55 }],
        scales: { x: { range: around(3600) }, y: { distr: 3, range: (_, low, high) => [Math.min(low || 1, 1) / 1.5, Math.max(high || 60, 60) * 1.5] } },
        series: [{}, dots("upload to seen", found), dots("seen to told", published)],
      }, [delays.seen, floor(delays.to_see), floor(delays.to_tell)]);
    } else {
      const place = $("#plot-delays");
      if (place) place.textContent = "It is not known of any draft how long it waited.";
    }
    const budget = plots.budget;
    if (budget) {
      const kinds = Object.entries(budget.kinds).filter(([, counts]) => counts.some((count) => count));
      const tints = [found, published, colour("--warn"), muted, colour("--bad")];
      const sums = budget.begins.map(() => 0);
      const stacked = kinds.map(([, counts]) => counts.map((count, place) => (sums[place] += count)));
      const series = kinds.map(([kind], place) => ({ label: kind, stroke: tints[place], fill: tints[place], width: 0, paths: bars(), points: { show: false }, value: (chart, _, __, at) => (at == null ? "–" : kinds[place][1][at]) }));
      draw("plot-budget", {
        axes: [{}, { size: 55 }],
        scales: { y: { range: (_, low, high) => [0, Math.max(high, budget.allowed) * 1.05] } },
        series: [{}, ...series.reverse(), { label: "budget", stroke: colour("--bad"), width: 2, dash: [6, 4], points: { show: false } }],
      }, [budget.begins, ...stacked.reverse(), budget.begins.map(() => budget.allowed)]);
    }
  }
  let plots = null;
  async function drawPlots() {
    if (!window.uPlot || !$("#plots")) return;
    try {
      const response = await fetch("/plots.json");
      if (!response.ok) return;
      plots = await response.json();
      show(plots);
    } catch {
      // The line about the connection says it.
    }
  }
  let resize = 0;
  addEventListener("resize", () => {
    clearTimeout(resize);
    resize = setTimeout(() => plots && show(plots), 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plots && show(plots));

  showTimes(document);
  beginSearch();
  beginLive();
  drawPlots();
})();
