// What every page of the site does with a script: two switches, buttons that copy, tables that sort and filter.
// Without it all words and tables are there; the switches and buttons are not shown.
//
// For the scripts of charts:
//   document.documentElement.dataset.clock   "utc" or "local"
//   document.documentElement.dataset.dark    "true" where the page is dark now, whatever the reason, else "false"
//   the document hears "dq:clock" and "dq:theme" after either changed (printing is light, and changes it for a while)
//   an element of class "chart" says "dq:drawn" (bubbling) once it is drawn; ours then listens for clicks on it
'use strict';
(() => {
  const root = document.documentElement, dark = matchMedia('(prefers-color-scheme: dark)');
  const choices = {clock: ['utc', 'local'], theme: ['auto', 'light', 'dark']};

  function kept(name) {
    try { return localStorage.getItem(`dq-${name}`); } catch { return null; }
  }

  function keep(name, value) {
    try { localStorage.setItem(`dq-${name}`, value); } catch { /* then for this page alone */ }
  }

  function choose(name, value) {
    root.dataset[name] = choices[name].includes(value) ? value : choices[name][0];
    if (name === 'theme') shade();
    else tellTimes();
    document.dispatchEvent(new CustomEvent(`dq:${name}`));
  }

  function shade() {
    const {theme} = root.dataset;
    root.dataset.dark = theme === 'dark' || (theme !== 'light' && dark.matches);
  }

  function shadeAgain(printing) {
    if (printing) root.dataset.dark = false;
    else shade();
    document.dispatchEvent(new CustomEvent('dq:theme'));
  }

  function tellTimes() {
    const local = root.dataset.clock === 'local';
    for (const one of document.querySelectorAll('.at[data-local]')) {
      const texts = [one.dataset.utc, one.dataset.local];
      [one.textContent, one.title] = local ? texts.reverse() : texts;
    }
  }

  function sortable(table) {
    const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
    const value = (row, place) => row.cells[place].dataset.value ?? row.cells[place].textContent.trim();
    const number = text => Number(text.replaceAll(',', ''));
    const compare = (a, b) => (Number.isNaN(number(a) + number(b)) ? a.localeCompare(b, undefined, {numeric: true}) : number(a) - number(b));
    heads.forEach((head, place) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const down = head.ariaSort === 'ascending' || (!head.ariaSort && head.classList.contains('number'));
        heads.forEach(other => { other.removeAttribute('aria-sort'); });
        head.ariaSort = down ? 'descending' : 'ascending';
        const rows = [...body.rows].sort((a, b) => compare(value(a, place), value(b, place)));
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  }

  function filters(input) {
    const rows = [...document.getElementById(input.dataset.filters).tBodies[0].rows], told = document.getElementById('found');
    input.addEventListener('input', () => {
      const wanted = input.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
      told.textContent = wanted ? `${rows.filter(row => !row.hidden).length} of ${rows.length}` : '';
    });
  }

  async function copy(button) {
    const source = document.getElementById(button.dataset.copies);
    getSelection().selectAllChildren(source);  // what remains where nothing may be copied: it is ready to be
    let done = false;
    try {
      await navigator.clipboard.writeText(source.textContent);
      done = true;
    } catch { done = document.execCommand('copy'); }
    button.textContent = done ? 'Copied' : 'Selected';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  }

  function leads(chart) {
    const pages = chart.data?.[0]?.meta?.pages;
    if (!pages || !chart.on) return;
    if (chart.clientWidth < 14 * chart.data[0].z[0].length) Plotly.restyle(chart, {texttemplate: ''});  // no room for letters
    if (chart.classList.contains('leads')) return;
    chart.classList.add('leads');
    chart.on('plotly_click', ({points}) => { if (pages[points[0].y]) location.href = pages[points[0].y]; });
  }

  root.classList.add('scripted');
  choose('theme', kept('theme'));  // before anything is drawn, so that nothing flashes
  root.dataset.clock = choices.clock.includes(kept('clock')) ? kept('clock') : 'utc';
  dark.addEventListener('change', () => shadeAgain(false));
  addEventListener('beforeprint', () => shadeAgain(true));
  addEventListener('afterprint', () => shadeAgain(false));
  document.addEventListener('dq:drawn', event => leads(event.target));

  document.addEventListener('DOMContentLoaded', () => {
    tellTimes();
    for (const input of document.querySelectorAll('.switch input')) {
      input.checked = root.dataset[input.name] === input.value;
      input.addEventListener('change', () => { keep(input.name, input.value); choose(input.name, input.value); });
    }
    document.querySelectorAll('table.sorts').forEach(sortable);
    document.querySelectorAll('[data-filters]').forEach(filters);
    for (const button of document.querySelectorAll('.copies')) button.addEventListener('click', () => copy(button));
  });
})();
