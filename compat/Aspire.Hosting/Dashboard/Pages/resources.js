'use strict';
// Draws the table from what the server streams. Text goes in as text: names and messages are never markup.

const rows = document.getElementById('rows');
const detail = document.getElementById('detail');
const link = document.getElementById('link');
let resources = [];
let chosen = null;

const element = (name, text, attributes = {}) => {
  const e = document.createElement(name);
  if (text !== undefined && text !== null) e.textContent = text;
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  return e;
};

const tone = r => r.health === 'Unhealthy' || r.state === 'FailedToStart' || (r.state === 'Finished' && r.exitCode) ? 'bad'
  : r.state === 'Running' && r.health === 'Healthy' ? 'good' : 'wait';

const stateOf = r => [r.state, r.state === 'Running' && r.health !== 'Healthy' ? `(${r.health ?? 'unknown'})` : null,
  r.exitCode !== null && r.state !== 'Running' ? `exit code ${r.exitCode}` : null].filter(Boolean).join(' ');

async function run(resource, command) {
  if (command.confirmation && !confirm(command.confirmation)) return;
  const answer = await fetch(`/compat/api/resources/${encodeURIComponent(resource.id)}/commands/${encodeURIComponent(command.name)}`, { method: 'POST' });
  if (!answer.ok) alert((await answer.json().catch(() => ({}))).title ?? `The command failed (${answer.status}).`);
}

function draw() {
  rows.replaceChildren(...resources.map(r => {
    const row = element('tr');
    const name = element('button', r.id === r.name || resources.filter(o => o.name === r.name).length === 1 ? r.name : r.id, { type: 'button', class: 'plain' });
    name.addEventListener('click', () => { chosen = chosen === r.id ? null : r.id; draw(); });
    const first = element('td'); first.append(name);
    const state = element('td'); state.append(element('span', stateOf(r), { class: 'state ' + tone(r) }));
    const urls = element('td');
    for (const u of r.urls) urls.append(/^https?:/.test(u.address) ? element('a', u.address, { href: u.address, rel: 'noreferrer', title: u.name }) : element('span', u.address, { title: u.name }));
    const actions = element('td');
    actions.append(element('a', 'Console', { href: '/consolelogs/resource/' + encodeURIComponent(r.id) }));
    for (const c of r.commands.filter(c => c.isEnabled)) {
      const button = element('button', c.displayName, { type: 'button', title: c.description ?? '' });
      button.addEventListener('click', () => run(r, c));
      actions.append(button);
    }
    row.append(first, state, element('td', r.startedAt ? new Date(r.startedAt).toLocaleTimeString() : ''), element('td', r.type), urls, actions);
    return row;
  }));
  drawDetail(resources.find(r => r.id === chosen));
}

function drawDetail(r) {
  detail.hidden = !r;
  if (!r) return;
  const section = (title, entries) => {
    if (!entries.length) return [];
    const list = element('dl');
    for (const [key, value] of entries) list.append(element('dt', key), element('dd', value ?? ''));
    return [element('h3', title), list];
  };
  detail.replaceChildren(
    element('h2', r.id),
    ...section('Health', r.healthReports.map(h => [h.name, [h.status ?? 'not run yet', h.description].filter(Boolean).join(': ')])),
    ...section('Properties', r.properties.map(p => [p.name, p.value])),
    ...section('Depends on', r.relationships.map(n => [n, ''])),
    ...section('Environment', r.environment.map(v => [v.name, v.value])));
}

function listen() {
  const stream = new EventSource('/compat/api/resources/stream');
  stream.onopen = () => { link.textContent = ''; };
  stream.onmessage = e => { resources = JSON.parse(e.data); draw(); };
  stream.onerror = () => { link.textContent = 'Connection lost; trying again …'; };
}

listen();
