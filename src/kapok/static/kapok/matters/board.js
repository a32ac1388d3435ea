// Pictures of the board's tables. They are drawn from the tables, which stay and say the same;
// a bar opens the list that its number opens.

const MOST_BARS = 12;
const BAR_PX = 26;

function numbers(section) {
  return [...section.querySelectorAll("tbody tr")].map((row) => ({
    name: row.querySelector("th").textContent.trim(),
    figures: [...row.querySelectorAll("td")].map((cell) => ({
      n: Number(cell.textContent.trim()) || 0,
      href: cell.querySelector("a")?.href,
    })),
  }));
}

function heads(section) {
  return [...section.querySelectorAll("thead th")].slice(1).map((cell) => cell.textContent.trim());
}

function colours() {
  const style = getComputedStyle(document.body);
  const dark = document.documentElement.dataset.bsTheme === "dark";
  return {
    text: style.color,
    line: dark ? "#3b4552" : "#d8dee6",
    late: dark ? "#ff7b6e" : "#c62828",
    open: dark ? "#6ea8e5" : "#1f6fb8",
    ended: dark ? "#6cc08b" : "#2e7d4f",
    back: dark ? "#1b232c" : "#ffffff",
  };
}

function common(c) {
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: c.text },
    legend: { top: 0, left: 0, icon: "roundRect", textStyle: { color: c.text }, selectedMode: false },
    tooltip: {
      trigger: "axis",
      renderMode: "richText", // as HTML it would bring styles of its own into the page
      axisPointer: { type: "shadow" },
      backgroundColor: c.back,
      borderColor: c.line,
      textStyle: { color: c.text },
    },
  };
}

function whole(c) {
  return {
    type: "value",
    minInterval: 1,
    axisLabel: { color: c.text },
    splitLine: { lineStyle: { color: c.line } },
  };
}

function names(c, data, more = {}) {
  return {
    type: "category",
    data,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: c.line } },
    axisLabel: { color: c.text, ...more },
  };
}

function open(section, c) {
  const rows = numbers(section).slice(0, MOST_BARS);
  const [, late] = heads(section);
  const bar = (name, color, data) => ({ name, type: "bar", stack: "open", barMaxWidth: 16, itemStyle: { color }, data });
  return {
    height: rows.length * BAR_PX + 64,
    links: [(i) => rows[i].figures[1].href, (i) => rows[i].figures[0].href],
    option: {
      ...common(c),
      grid: { left: 4, right: 16, top: 30, bottom: 0, containLabel: true },
      xAxis: whole(c),
      yAxis: { ...names(c, rows.map((row) => row.name), { width: 130, overflow: "truncate" }), inverse: true },
      series: [
        bar(late, c.late, rows.map((row) => row.figures[1].n)),
        bar(section.dataset.textInTime, c.open, rows.map((row) => row.figures[0].n - row.figures[1].n)),
      ],
    },
  };
}

function hours(section, c) {
  const rows = numbers(section);
  const bar = (i, color) => ({
    name: heads(section)[i],
    type: "bar",
    barMaxWidth: 14,
    itemStyle: { color },
    data: rows.map((row) => row.figures[i].n),
  });
  return {
    height: 220,
    links: [(i) => rows[i].figures[0].href, (i) => rows[i].figures[1].href],
    option: {
      ...common(c),
      grid: { left: 4, right: 8, top: 30, bottom: 0, containLabel: true },
      xAxis: names(c, rows.map((row) => row.name)),
      yAxis: whole(c),
      series: [bar(0, c.open), bar(1, c.ended)],
    },
  };
}

const KINDS = { open, hours };
const drawn = [];

function draw(section) {
  const place = document.createElement("div");
  place.className = "board-picture d-print-none";
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", section.dataset.textPicture);
  section.querySelector(".table-responsive").before(place);
  const paint = () => {
    const { height, links, option } = KINDS[section.dataset.picture](section, colours());
    place.style.height = `${height}px`;
    const chart = window.echarts.getInstanceByDom(place) ?? window.echarts.init(place);
    chart.off("click");
    chart.on("click", ({ seriesIndex, dataIndex }) => {
      const href = links[seriesIndex](dataIndex);
      if (href) window.location.assign(href);
    });
    chart.setOption(option, true);
    chart.resize();
  };
  paint();
  drawn.push(paint);
}

if (window.echarts) {
  document.querySelectorAll("[data-picture]").forEach(draw);
  let waits = 0;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(waits);
    waits = requestAnimationFrame(() => drawn.forEach((paint) => paint()));
  });
  new MutationObserver(() => drawn.forEach((paint) => paint())).observe(document.documentElement, {
    attributeFilter: ["data-bs-theme"],
  });
}
