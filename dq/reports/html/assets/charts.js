// Draws the charts of a page: every <script type="application/json" class="chart-spec" data-for="ID"> is a plotly
// figure for the element of that id. Nothing is asked of any network; without plotly's script a sentence stands there.
//
// A figure's layout.meta tells what a script may change:
//   colours    {literal: name}: each literal becomes the page's CSS variable --name, so that charts follow the theme
//   offsets    [[from ms UTC, minutes ahead of UTC], …]: the market's clock, to which x is moved when the reader asks
//   place      what that clock is called beneath the axis
//   kind       "bars": y follows what x shows, as the trusted bars there span it
//   clock      "utc": x is no instant, or never moves
//
// Other scripts: dqCharts.show(id, figure, range), dqCharts.view(id), dqCharts.move(id, range).
// Ranges are milliseconds UTC, whatever clock is shown. "dq:drawn" bubbles from a chart once it is drawn.
'use strict';
(() => {
  const root = document.documentElement, charts = new Map();
  const CONFIG = {displaylogo: false, responsive: true, scrollZoom: true, displayModeBar: false, doubleClick: false,
    showTips: false, plotlyServerURL: '', showSendToCloud: false, showEditInChartStudio: false};
  const COARSE = matchMedia('(pointer: coarse)');
  const PAPER = 690;  // pixels that A4 and Letter have room for
  let printing = false;

  // A figure as the page shows it now

  function themed(value, colours) {
    if (typeof value === 'string') return colours[value] ?? value;
    if (Array.isArray(value)) return typeof value.at(-1) === 'number' ? value : value.map(one => themed(one, colours));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, themed(one, colours)]));
  }

  function colours(meta) {
    const style = getComputedStyle(root);
    return Object.fromEntries(Object.entries(meta.colours ?? {})
      .map(([literal, name]) => [literal, style.getPropertyValue('--' + name).trim() || literal]));
  }

  // What moves instants to the clock that is shown, and back. Where a market trades while clocks go back, two hours
  // would lie upon one another: such a chart keeps one offset throughout.
  function clock(figure) {
    const {offsets, clock: kind} = figure.layout.meta ?? {};
    if (kind === 'utc' || !offsets?.length || root.dataset.clock !== 'local') return {to: x => x, back: x => x, local: false};
    const away = x => 60000 * (offsets.findLast(([from]) => from <= x) ?? offsets[0])[1];
    const xs = figure.data[0]?.x ?? [], fixed = away(xs[xs.length >> 1] ?? 0);
    const folds = xs.some((x, i) => i && x + away(x) <= xs[i - 1] + away(xs[i - 1]));
    const by = folds ? () => fixed : away;
    return {to: x => x + by(x), back: x => x - by(x - by(x)), local: true};
  }

  function moved(figure, to) {
    for (const trace of figure.data) if (trace.x) trace.x = trace.x.map(to);
    const {layout} = figure, {xaxis} = layout;
    for (const shape of layout.shapes ?? []) [shape.x0, shape.x1] = [to(shape.x0), to(shape.x1)];
    for (const note of layout.annotations ?? []) if (note.xref !== 'paper') note.x = to(note.x);
    if (xaxis.range) xaxis.range = xaxis.range.map(to);
    for (const one of xaxis.rangebreaks ?? []) one.bounds = one.bounds.map(to);
  }

  function shown(chart) {
    const {figure} = chart, meta = figure.layout.meta ?? {}, named = colours(meta.colours ? meta : chart.whole.layout.meta ?? {});
    const made = themed(structuredClone(figure), named);
    made.layout.meta = meta;
    if (chart.range) made.layout.xaxis.range = chart.range;
    made.layout.shapes = [...made.layout.shapes ?? [], ...themed(chart.shapes, named)].map(one => ({...one}));
    chart.clock = clock(figure);
    if (chart.clock.local) {
      moved(made, chart.clock.to);
      if (made.layout.xaxis.title) made.layout.xaxis.title.text = meta.place ?? '';
    }
    const ink = getComputedStyle(root);
    made.layout.font = {family: getComputedStyle(document.body).fontFamily, ...made.layout.font};
    made.layout.hoverlabel = {align: 'left', namelength: -1, bgcolor: ink.getPropertyValue('--paper').trim(),
      bordercolor: ink.getPropertyValue('--line').trim(), font: {family: made.layout.font.family, size: 12}};
    if (printing) made.layout.width = chart.element.closest('.small-charts') ? PAPER / 2 - 20 : PAPER;  // paper is no window: nothing else would fit it
    if (COARSE.matches) made.layout.dragmode = false;  // a finger that scrolls the page must not be caught by a chart
    if (meta.kind === 'bars') {
      Object.assign(made.layout, {height: chart.element.clientHeight || made.layout.height},
        fitted(figure, chart.range ?? figure.layout.xaxis.range, made.layout));
      keepInside(made);
      if (made.layout.xaxis.rangebreaks?.length) Object.assign(made.layout.xaxis, ticks(made.layout, (made.layout.width ?? chart.element.clientWidth) - 70));
    }
    return made;
  }

  // What y spans: the trusted bars in view, and others unless they would flatten them

  function fitted(figure, [from, to], layout) {
    const low = [], high = [], all = [], volumes = [];
    const told = {}, log = layout.yaxis.type === 'log';
    for (const trace of figure.data) {
      const bars = trace.type === 'candlestick' || trace.type === 'ohlc';
      if (bars) trace.x.forEach((x, i) => {
        if (x < from || x > to || trace.low[i] === null || trace.high[i] === null) return;
        const ends = [trace.open[i], trace.high[i], trace.low[i], trace.close[i]].filter(one => one !== null && Math.abs(one) < 1e15 && (!log || one > 0));
        if (!ends.length) return;
        const pair = [Math.min(...ends), Math.max(...ends)];
        all.push(pair);
        if (trace.name === 'bar') low.push(pair[0]), high.push(pair[1]);
      });
      if (trace.yaxis === 'y2' && trace.type === 'bar') trace.x.forEach((x, i) => {
        const plain = typeof trace.marker.color === 'string' || trace.marker.color[i] === layout.meta.plain;
        if (x >= from && x <= to && plain && trace.y[i] > 0) volumes.push(trace.y[i]);
      });
    }
    if (volumes.length) told.yaxis2 = {...layout.yaxis2, range: [0, Math.max(...volumes) * 1.08]};
    if (!all.length) return told;
    const few = low.length < 5, lows = (few ? all.map(one => one[0]) : low).sort((a, b) => a - b);
    const highs = (few ? all.map(one => one[1]) : high).sort((a, b) => a - b);
    const bottom = lows[Math.floor(lows.length * 0.02)], top = highs[Math.ceil(highs.length * 0.98) - 1];
    const span = Math.max(top - bottom, Math.abs(top) * 2e-5, 1e-9);
    const inside = all.filter(([a, b]) => a >= bottom - 1.5 * span && b <= top + 1.5 * span);
    const ends = inside.length ? inside : lows.map((one, i) => [one, highs[i]]);
    const least = Math.min(...ends.map(one => one[0])), most = Math.max(...ends.map(one => one[1]));
    const tens = Math.log10(most / least), ticks = log ? {dtick: tens > 0.6 ? 'D2' : undefined} : {};  // else too few of them
    const room = log ? Math.max(tens, 1e-5) * 0.07 : Math.max(most - least, span) * 0.07;
    told.yaxis = {...layout.yaxis, ...ticks, range: log ? [Math.log10(least) - room, Math.log10(most) + room] : [least - room, most + room]};
    return told;
  }

  // Signs of prices that y does not span stand at its edge, whole: a sign is up to `standoff` pixels away from its price.
  function keepInside({data, layout: {height, margin, yaxis: {range: [low, high], domain: [foot, head], type}}}) {
    const pixel = (high - low) / ((height - margin.t - margin.b) * (head - foot)), log = type === 'log';
    const signs = data.filter(one => one.type === 'scatter' && one.customdata && one.yaxis === 'y'), stacks = new Map();
    const stack = ({x, marker: {angle}}, i) => `${x[i]} ${angle?.[i]}`;  // those upon one another are moved together
    for (const trace of signs) trace.x.forEach((_, i) => {
      stacks.set(stack(trace, i), Math.max(stacks.get(stack(trace, i)) ?? 0, trace.marker.standoff?.[i] ?? 0));
    });
    for (const trace of signs) {
      const reach = (i, side) => pixel * (8 + (trace.marker.angle?.[i] === side ? stacks.get(stack(trace, i)) : 0));
      trace.y = trace.y.map((one, i) => {
        if (one === null) return one;
        const place = Math.min(Math.max(log ? Math.log10(Math.max(one, 1e-300)) : one, low + reach(i, 0)), high - reach(i, 180));
        return log ? 10 ** place : place;
      });
    }
  }

  // Times beneath an axis that leaves time out: round ones, where they are shown; the first after a break stands for
  // those within it. The day is written where it changes.
  function ticks({xaxis: {range: [from, to], rangebreaks}, meta}, width) {
    const MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
    const breaks = rangebreaks.map(one => one.bounds).filter(([a, b]) => b > from && a < to).sort((a, b) => a[0] - b[0]);
    const hidden = x => breaks.reduce((sum, [a, b]) => sum + Math.max(Math.min(x, b) - Math.max(a, from), 0), 0);
    const seen = to - from - hidden(to), place = x => (x - from - hidden(x)) / seen * width;
    const step = [1, 5, 15, 30, 60, 120, 240, 720, 1440, 2880, 10080, 20160, 40320, 80640, 161280].map(one => one * MINUTE)
      .find(one => seen / one * 86 <= width) ?? 322560 * MINUTE;
    const wanted = [...new Set([...breaks.map(([, b]) => b + meta.step), ...Array.from({length: Math.min((to - from) / step + 1, 5000)},
      (_, i) => Math.ceil(from / step) * step + i * step)])].filter(x => x >= from && x <= to && !breaks.some(([a, b]) => x >= a && x < b));
    const tickvals = [], ticktext = [], half = text => 3.4 * Math.max(...text.split('<br>').map(line => line.length));  // of its width
    let day = '', year = '', free = 0;
    for (const x of wanted.sort((a, b) => a - b)) {
      const at = place(x);
      const [, name, number, shown, time] = /^(\w+), (\d+ \w+) (\d+) (\d\d:\d\d)/.exec(new Date(x).toUTCString());
      const dated = `${name} ${number}` !== day ? `${name} ${number}${shown !== year ? ` ${shown}` : ''}` : '';
      const text = step >= DAY ? dated : `${time}${dated && `<br>${dated}`}`, wide = half(text);
      if (!text || at - wide < free || at > width - 16) continue;
      [day, year, free] = [`${name} ${number}`, shown, at + wide + 10];
      tickvals.push(x);
      ticktext.push(text);
    }
    return {tickmode: 'array', tickvals, ticktext};
  }

  // Drawing

  function draw(chart) {
    const {layout, data} = shown(chart);
    const first = !chart.drawn;
    chart.drawn = true;
    return Plotly.react(chart.element, data, layout, CONFIG).then(() => {
      for (const one of document.querySelectorAll('svg.main-svg, #js-plotly-tester')) one.setAttribute('aria-hidden', 'true');  // readers have the name of the chart
      if (!first) return;
      chart.element.on('plotly_relayout', told => relaid(chart, told));
      chart.element.dispatchEvent(new CustomEvent('dq:drawn', {bubbles: true}));
    });
  }

  // Milliseconds of what plotly says of an axis of dates: a number, `2026-03-12`, `2026-03-12 14:00:00.5`.
  const instant = one => typeof one === 'number' ? one : +new Date(one.length > 10 ? one.replace(' ', 'T') + 'Z' : one);

  // After a reader has zoomed or moved x: keep it for the next drawing, and let y follow.
  function relaid(chart, told) {
    const range = chart.element.layout.xaxis?.range;
    if (!range || !Object.keys(told).some(name => name.startsWith('xaxis.'))) return;
    chart.range = range.map(one => chart.clock.back(instant(one)));
    if (chart.figure.layout.meta?.kind !== 'bars') return;
    clearTimeout(chart.later);
    chart.later = setTimeout(() => draw(chart), 150);  // not between two turns of a wheel
  }

  const redrawn = () => charts.forEach(chart => chart.drawn && draw(chart));

  window.dqCharts = {
    // Show another figure in a chart (or the same again), and of it that range; its own where none is given.
    show(id, figure, range = null, shapes = []) {
      const chart = charts.get(id);
      if (!chart || !window.Plotly) return Promise.resolve();
      Object.assign(chart, {figure: figure ?? chart.whole, range, shapes});
      return draw(chart);
    },
    view(id) {
      const chart = charts.get(id);
      return chart?.drawn ? chart.range ?? chart.figure.layout.xaxis.range : null;
    },
    move(id, range) {
      const chart = charts.get(id);
      return chart ? this.show(id, chart.figure, range, chart.shapes) : Promise.resolve();
    },
    whole: id => charts.get(id)?.whole,
  };

  document.addEventListener('DOMContentLoaded', () => {
    for (const script of document.querySelectorAll('script.chart-spec')) {
      const element = document.getElementById(script.dataset.for);
      if (!element) continue;
      const whole = JSON.parse(script.textContent);
      charts.set(element.id, {element, whole, figure: whole, range: null, shapes: [], drawn: false});
      if (!window.Plotly) {
        element.classList.add('undrawn');
        element.textContent = 'This chart needs the script of the chart library, which lies in the folder “assets” beside the pages and could not be loaded. The tables say the same in words.';
      }
    }
    if (!window.Plotly) return;
    const watched = new IntersectionObserver(seen => seen.forEach(one => {
      if (!one.isIntersecting) return;
      watched.unobserve(one.target);
      const chart = charts.get(one.target.id);
      if (!chart.drawn) draw(chart);
    }), {rootMargin: '300px'});
    charts.forEach(chart => watched.observe(chart.element));
    document.addEventListener('dq:theme', redrawn);
    document.addEventListener('dq:clock', redrawn);
    addEventListener('beforeprint', () => { printing = true; charts.forEach(draw); });
    addEventListener('afterprint', () => {
      printing = false;
      charts.forEach(chart => draw(chart).then(() => Plotly.Plots.resize(chart.element)));  // plotly keeps a width once given
    });
  });
})();
