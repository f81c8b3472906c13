// Draws what stands in a table: a plot names its table and the columns, so both say the same.
"use strict";
(() => {
  const HEIGHT = 220;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function readings(plot) {
    const table = document.getElementById(plot.dataset.table);
    if (!table) return null;
    const columns = plot.dataset.columns.split(",").map(Number);
    const rows = [...table.tBodies[0].rows];
    const names = rows.map((row) => row.querySelector("th").textContent.trim());
    const values = columns.map((column) =>
      rows.map((row) => {
        const value = row.querySelectorAll("td")[column].dataset.value;
        return value === undefined ? null : Number(value);
      }));
    const headings = table.tHead.rows[0].querySelectorAll("th");
    return { names, values, labels: columns.map((column) => headings[column + 1].textContent) };
  }

  function draw(plot) {
    const found = readings(plot);
    if (!found || found.names.length === 0) return;
    plot.replaceChildren();
    const strokes = [colour("--link"), colour("--urgent")];
    const axis = { stroke: colour("--ink"), grid: { stroke: colour("--line") } };
    const series = found.labels.map((label, number) => ({
      label,
      stroke: strokes[number],
      width: 2,
      // Told apart without colours too.
      dash: number === 0 ? [] : [6, 4],
      points: { show: true, size: 7, stroke: strokes[number], fill: strokes[number] },
      spanGaps: false,
    }));
    const shown = (_, at) => at.map((x) => (Number.isInteger(x) ? found.names[x] || "" : ""));
    const options = {
      width: Math.max(240, plot.clientWidth),
      height: HEIGHT,
      scales: { x: { time: false, range: [-0.5, found.names.length - 0.5] } },
      axes: [{ ...axis, values: shown, incrs: [1, 2, 4, 8, 13, 26] }, { ...axis, label: plot.dataset.label }],
      series: [{ value: (_, x) => found.names[x] || "" }, ...series],
    };
    new uPlot(options, [found.names.map((_, number) => number), ...found.values], plot);
  }

  const all = () => document.querySelectorAll(".plot").forEach(draw);
  all();
  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(all, 200);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
})();
