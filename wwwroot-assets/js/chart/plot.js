// One chart on a canvas: thin grid, unit on the axis, a dashed limit, names at the ends of the lines. New points extend the
// lines; nothing moves or fades.

import uPlot from "uplot";
import { colour, seriesColours } from "../lib/theme.js";
import { make } from "../live/dom.js";
import { clock, timeSteps } from "./format.js";

const height = 176;
const labelHeight = 16;
const roomForLabels = 440; // narrower charts get rows beneath

export class Plot {
  #plot = null;
  #shape = "";
  #width = 0;
  #drawn = null;

  /** `format` writes a value, `steps` are the allowed distances of grid lines, `least` the smallest top of the axis. */
  constructor({ format, steps, least, group }) {
    this.settings = { format, steps, least, group };
    this.canvas = make("div", { class: "k-chart-canvas" });
    this.labels = make("div", { class: "k-chart-labels", "aria-hidden": "true" });
    this.hover = make("div", { class: "k-chart-hover", hidden: true, "aria-hidden": "true" });
    this.legend = make("ul", { class: "k-chart-legend" });
    this.element = make("div", { class: "k-chart" },
      make("div", { class: "k-chart-box", style: `height: ${height}px` }, this.canvas, this.labels, this.hover), this.legend);
    this.resize = new ResizeObserver(() => this.#drawn && this.show(this.#drawn));
    this.resize.observe(this.element);
  }

  /**
   * `{ table, names, others, limit, from, to }`: the table as History makes it, the names of its columns, whether the last one
   * stands for several, a limit `{ value, label }` or null, and the window in seconds.
   */
  show(drawn) {
    this.#drawn = drawn;
    const width = Math.floor(this.element.clientWidth);
    if (width < 40) {
      return; // in a hidden tab
    }
    const ends = width >= roomForLabels && drawn.names.length > 0;
    const shape = [drawn.names.join(), drawn.others, ends].join("|");
    if (this.#plot === null || shape !== this.#shape) {
      this.#shape = shape;
      this.#create(width, ends);
    }
    if (width !== this.#width) {
      this.#width = width;
      this.#plot.setSize({ width, height });
    }
    this.#plot.setData(drawn.table, false);
    this.#plot.setScale("x", { min: drawn.from, max: drawn.to });
    this.#showLabels(ends);
  }

  /** Draws anew with the colours of the present theme. */
  recolour() {
    this.#shape = "";
    if (this.#drawn) {
      this.show(this.#drawn);
    }
  }

  dispose() {
    this.resize.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #colours() {
    const all = seriesColours(this.element);
    return this.#drawn.names.map((_, n) => (this.#drawn.others && n === this.#drawn.names.length - 1 ? colour("text-3", this.element) : all[n % all.length]));
  }

  #create(width, ends) {
    const { format, steps, least, group } = this.settings;
    const [text, line, soft] = ["text-3", "line", "text-2"].map(name => colour(name, this.element));
    const font = `11px ${getComputedStyle(this.element).fontFamily}`;
    const colours = this.#colours();
    this.#plot?.destroy();
    this.#width = width;
    this.#plot = new uPlot({
      width, height,
      padding: [10, ends ? 118 : 10, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 5 }, sync: { key: group } },
      scales: {
        x: { time: true, range: (_, min, max) => [min, max] },
        y: { range: (_, min, max) => [0, Math.max(least, this.#top(max ?? 0))] },
      },
      axes: [
        {
          stroke: text, font, size: 26, gap: 6, space: 64, incrs: timeSteps, grid: { stroke: line, width: 1 }, ticks: { show: false },
          values: (_, splits) => splits.map(s => clock(s, splits.length > 1 && splits[1] - splits[0] < 60)),
        },
        {
          stroke: text, font, size: 64, gap: 8, space: 32, incrs: steps, grid: { stroke: line, width: 1 }, ticks: { show: false },
          values: (_, splits) => splits.map(s => format(s)),
        },
      ],
      series: [{}, ...this.#drawn.names.map((label, n) => ({ label, stroke: colours[n], width: 1.5, points: { show: false } }))],
      hooks: {
        draw: [plot => this.#drawLimit(plot, soft)],
        setCursor: [plot => this.#showHover(plot)],
      },
    }, this.#drawn.table, this.canvas);
  }

  // A limit belongs into the picture when the lines come near it; far above them it would press them flat.
  #limitShown(max) {
    const { limit } = this.#drawn;
    return limit && max >= limit.value * 0.25;
  }

  #top(max) {
    return this.#limitShown(max) ? Math.max(max, this.#drawn.limit.value) * 1.08 : max * 1.15;
  }

  #drawLimit(plot, stroke) {
    const { limit } = this.#drawn;
    if (!limit || limit.value > plot.scales.y.max) {
      return;
    }
    const { ctx, bbox } = plot;
    const y = Math.round(plot.valToPos(limit.value, "y", true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = stroke;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = stroke;
    ctx.font = `${11 * devicePixelRatio}px ${getComputedStyle(this.element).fontFamily}`;
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    ctx.fillText(limit.label, bbox.left + 6 * devicePixelRatio, y + 3 * devicePixelRatio);
    ctx.restore();
  }

  #showLabels(ends) {
    const { names, table } = this.#drawn;
    const colours = this.#colours();
    const entries = names.map((name, n) => {
      const column = table[n + 1];
      const at = column.findLastIndex(v => v !== null && v !== undefined);
      // A source that has gone silent long ago has a line, but no value now.
      const silent = at < 0 || this.#drawn.to - table[0][at] > (this.#drawn.to - this.#drawn.from) * 0.1;
      return { name, colour: colours[n], value: at < 0 ? null : column[at], silent };
    });
    this.labels.hidden = !ends;
    this.legend.classList.toggle("k-heard", ends);
    this.legend.replaceChildren(...entries.map(e => make("li", {}, swatch(e.colour), make("span", {}, e.name), " ",
      make("b", {}, e.silent ? "no value now" : this.settings.format(e.value)))));
    if (!ends) {
      return;
    }
    const placed = entries.filter(e => !e.silent).map(e => ({ ...e, y: this.#plot.valToPos(e.value, "y") + this.#plot.bbox.top / devicePixelRatio }))
      .sort((a, b) => a.y - b.y);
    const bottom = height - 22 - labelHeight / 2;
    for (let n = 0, free = labelHeight / 2; n < placed.length; n++) {
      placed[n].y = Math.max(placed[n].y, free);
      free = placed[n].y + labelHeight;
    }
    for (let n = placed.length - 1, free = bottom; n >= 0; n--) {
      placed[n].y = Math.min(placed[n].y, free);
      free = placed[n].y - labelHeight;
    }
    this.labels.replaceChildren(...placed.map(e => make("div", { style: `top: ${Math.round(e.y - labelHeight / 2)}px` },
      swatch(e.colour), make("span", {}, e.name), make("b", {}, this.settings.format(e.value)))));
  }

  #showHover(plot) {
    const at = plot.cursor.idx;
    this.hover.hidden = at === null || at === undefined || plot.cursor.left < 0;
    if (this.hover.hidden) {
      return;
    }
    const { names, table } = this.#drawn;
    const colours = this.#colours();
    this.hover.replaceChildren(make("time", {}, clock(table[0][at], true)), ...names.map((name, n) => {
      const value = table[n + 1][at];
      return make("div", {}, swatch(colours[n]), make("span", {}, name),
        make("b", {}, value === null || value === undefined ? "–" : this.settings.format(value)));
    }));
    const left = plot.cursor.left + plot.bbox.left / devicePixelRatio;
    const flip = left > this.#width / 2;
    this.hover.style.left = flip ? "auto" : `${left + 12}px`;
    this.hover.style.right = flip ? `${this.#width - left + 12}px` : "auto";
  }
}

function swatch(value) {
  return make("i", { class: "k-chart-swatch", style: `background: ${value}`, "aria-hidden": "true" });
}
