'use strict';
// Follows one instance's console. Colours are taken from the ANSI codes that the programs write; everything else goes in as text.

const select = document.getElementById('resource');
const log = document.getElementById('log');
const link = document.getElementById('link');
const pause = document.getElementById('pause');
const most = 10000;
let stream = null;
let last = 0;
let held = null;

const wanted = decodeURIComponent(location.pathname.split('/consolelogs/resource/')[1] ?? '');
const colours = { 30: 'dim', 31: 'bad', 32: 'good', 33: 'wait', 34: 'info', 35: 'info', 36: 'info', 90: 'dim', 91: 'bad', 92: 'good', 93: 'wait', 94: 'info', 96: 'info' };

function line(entry) {
  const row = document.createElement('div');
  row.className = entry.isError ? 'line error' : 'line';
  row.dataset.number = entry.number;
  let colour = '';
  for (const part of entry.text.split(/(\x1b\[[0-9;]*[A-Za-z])/)) {
    const code = /^\x1b\[([0-9;]*)m$/.exec(part);
    if (code) colour = code[1].split(';').map(n => colours[Number(n)]).filter(Boolean).pop() ?? '';
    else if (part && !part.startsWith('\x1b[')) {
      const span = document.createElement('span');
      span.textContent = part;
      if (colour) span.className = colour;
      row.append(span);
    }
  }
  return row;
}

function show(entries) {
  const fresh = entries.filter(e => e.number > last);
  if (!fresh.length) return;
  last = fresh[fresh.length - 1].number;
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.append(...fresh.map(line));
  while (log.childElementCount > most) log.firstElementChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function follow(id) {
  stream?.close();
  log.replaceChildren();
  last = 0;
  history.replaceState(null, '', '/consolelogs/resource/' + encodeURIComponent(id));
  document.getElementById('download').href = '/compat/api/logs?resource=' + encodeURIComponent(id);
  document.getElementById('download').download = id + '.json';
  stream = new EventSource('/compat/api/logs/stream?resource=' + encodeURIComponent(id));
  stream.onopen = () => { link.textContent = ''; };
  stream.onmessage = e => { const entries = JSON.parse(e.data); if (held) held.push(...entries); else show(entries); };
  stream.onerror = () => { link.textContent = 'Connection lost; trying again …'; };
}

pause.addEventListener('click', () => {
  if (held) { const kept = held; held = null; show(kept); } else held = [];
  pause.setAttribute('aria-pressed', String(held !== null));
  pause.textContent = held ? 'Go on' : 'Pause';
});
document.getElementById('clear').addEventListener('click', () => log.replaceChildren());
select.addEventListener('change', () => follow(select.value));

fetch('/compat/api/resources').then(r => r.json()).then(resources => {
  for (const r of resources) {
    const option = document.createElement('option');
    option.value = option.textContent = r.id;
    select.append(option);
  }
  const start = resources.find(r => r.id === wanted || r.name === wanted) ?? resources.find(r => r.type === 'Project') ?? resources[0];
  if (start) { select.value = start.id; follow(start.id); }
});
