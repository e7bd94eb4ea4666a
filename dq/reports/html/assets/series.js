// The page of one series: findings in the table, on the chart and in the address are the same, and choosing one in any
// of these places chooses it in all. <script id="places"> holds {shown, figures}: for each finding of the table
// [position in the run, from, to, place among the figures or -1] (ms UTC), and the figures with the bars around findings.
'use strict';
document.addEventListener('DOMContentLoaded', () => {
  const chart = document.getElementById('bars'), store = document.getElementById('places');
  if (!chart || !store || !window.Plotly) return;
  const {shown, figures} = JSON.parse(store.textContent);
  const order = shown.map(([at]) => at), said = document.getElementById('bars-said'), told = document.getElementById('bars-told');
  const button = name => document.querySelector(`[data-bars="${name}"]`);
  let chosen = -1;

  const whole = () => dqCharts.whole('bars');
  const plain = figure => (figure.layout.meta.said ?? []).join(' ');

  function mark(row) {
    document.querySelectorAll('tr.chosen').forEach(one => { one.classList.remove('chosen'); one.removeAttribute('aria-current'); });
    if (!row) return;
    row.classList.add('chosen');
    row.setAttribute('aria-current', 'true');
  }

  // A frame around the chosen finding: from half a candle before its first bar to half a candle after its last. Where
  // bars were put together it stands around the candle that has its sign.
  function frame(figure, [from, to]) {
    const half = figure.layout.meta.step / 2;
    return [{type: 'rect', name: 'chosen', x0: from - half, x1: to + half, y0: 0, y1: 1, yref: 'paper', layer: 'above',
      line: {color: '#0b57a8', width: 2}, fillcolor: 'rgba(0,0,0,0)'}];
  }

  function ends(figure, [at, from, to]) {
    if (!figure.layout.meta.joined) return [from, to];
    for (const {x, customdata} of figure.data) {
      const place = customdata?.findIndex(some => Array.isArray(some) && some.includes(at)) ?? -1;
      if (place >= 0) return [x[place], x[place]];
    }
    return [from, to];
  }

  // Thirty candles on either side, as far as the figure goes.
  function around(figure, [from, to]) {
    const {meta: {step}, xaxis: {range: [first, last]}} = figure.layout;
    const begin = Math.max(Math.min(from - 30 * step, last - 61 * step), first);
    return [begin, Math.min(Math.max(to + 30 * step, begin + 61 * step), Math.max(last, to + step))];
  }

  function choose(number, {scroll = true} = {}) {
    const one = shown[number];
    if (!one) return;
    chosen = number;
    const [at, , , place] = one, figure = figures[place] ?? whole(), span = ends(figure, one);
    const row = document.getElementById('f' + at);
    mark(row);
    dqCharts.show('bars', figure, figures[place] ? null : around(figure, span), frame(figure, span));
    said.textContent = plain(figure);
    const [name, message] = row ? [row.cells[0], row.querySelector('.message')].map(part => part.textContent.trim()) : ['', ''];
    told.textContent = `Finding ${number + 1} of ${shown.length}, ${name}: ${message}`;
    button('around').disabled = false;
    try { history.replaceState(null, '', '#f' + at); } catch { /* the address stays as it is */ }
    const {top, bottom} = chart.getBoundingClientRect();
    if (scroll && (top < 0 || bottom > innerHeight)) document.getElementById('bars-title').scrollIntoView({block: 'start'});
  }

  function all() {
    mark(null);
    dqCharts.show('bars', whole());
    said.textContent = plain(whole());
    told.textContent = 'The whole window';
  }

  const step = by => shown.length && choose(chosen < 0 ? (by > 0 ? 0 : shown.length - 1) : (chosen + by + shown.length) % shown.length, {scroll: false});
  const actions = {whole: all, around: () => choose(chosen, {scroll: false}), previous: () => step(-1), next: () => step(1),
    nearer: () => zoom(0.5), farther: () => zoom(2), left: () => pan(-0.4), right: () => pan(0.4)};
  const keys = {w: 'whole', a: 'around', p: 'previous', n: 'next', '+': 'nearer', '-': 'farther', ArrowLeft: 'left', ArrowRight: 'right'};

  function zoom(by) {
    const [from, to] = dqCharts.view('bars'), middle = (from + to) / 2, half = Math.max((to - from) / 2 * by, 1);
    dqCharts.move('bars', [middle - half, middle + half]);
  }

  function pan(by) {
    const [from, to] = dqCharts.view('bars');
    dqCharts.move('bars', [from + (to - from) * by, to + (to - from) * by]);
  }

  for (const [name, act] of Object.entries(actions)) button(name)?.addEventListener('click', act);
  addEventListener('keydown', event => {
    const name = keys[event.key], {target} = event;
    if (!name || event.ctrlKey || event.altKey || event.metaKey) return;
    // Letters do something while the chart or its buttons have the focus, and arrows and signs while the chart has it:
    // elsewhere they belong to the page, and to those who speak instead of typing.
    if (!target.closest(/^[a-z]/.test(event.key) ? '.bars-sheet' : '#bars')) return;
    event.preventDefault();
    actions[name]();
  });

  document.querySelector('table.of-series')?.addEventListener('click', event => {
    const row = event.target.closest('tr[id]');
    if (!row || event.target.closest('details, a.check')) return;
    event.preventDefault();
    choose(order.indexOf(+row.id.slice(1)));
    if (event.detail) chart.focus({preventScroll: true});  // a mouse goes on from there with n and p; Tab stays in the table
  });
  chart.addEventListener('pointerdown', () => chart.focus({preventScroll: true}));
  chart.addEventListener('dq:drawn', () => chart.on('plotly_click', ({points}) => {
    const here = points.map(one => one.customdata).find(Array.isArray);
    if (here) choose(order.indexOf(here[0]), {scroll: false});
  }));

  const ofAddress = () => choose(order.indexOf(+/^#f(\d+)$/.exec(location.hash)?.[1]));
  addEventListener('hashchange', ofAddress);
  ofAddress();
});
