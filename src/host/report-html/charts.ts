/**
 * Charts as inline SVG without text: labels are HTML beside them, so that they keep their size on any screen and on paper.
 * Each has its numbers as a table.
 */
import { CYCLES_PER_SECOND, type SystemProfile } from '../../shared/config';
import { faultKinds } from '../../shared/fault-kinds';
import { count, counted, cyclesAsTime, duration, percent, size } from '../../shared/quantities';
import type { FaultTimeline } from '../../shared/views-faults';
import type { HeapTimeline } from '../../shared/views-heap';
import { html, type Markup } from './markup';

/** Rows of a table of numbers over time. */
const TABLE_ROWS = 10;
/** Height of a lane and of the heap's curve in units of their SVG. */
const LANE = 100;

const at = (cycle: number): string => duration(cycle / CYCLES_PER_SECOND);

function axis(from: number, to: number): Markup {
  return html`<div class="axis" aria-hidden="true">${[0, 0.25, 0.5, 0.75, 1].map((share) => html`<span>${at(from + (to - from) * share)}</span>`)}</div>`;
}

interface Interval { readonly from: number; readonly to: number }

/** The parts of a chart in TABLE_ROWS groups. */
function intervals(buckets: number): readonly Interval[] {
  const rows = Math.min(TABLE_ROWS, buckets);
  return Array.from({ length: rows }, (_, k) => ({ from: Math.floor((k * buckets) / rows), to: Math.floor(((k + 1) * buckets) / rows) }));
}

function span({ from, to }: Interval, { fromCycle, toCycle, buckets }: { readonly fromCycle: number; readonly toCycle: number; readonly buckets: number }): string {
  const cycle = (k: number): number => fromCycle + ((toCycle - fromCycle) * k) / buckets;
  return `${at(cycle(from))} to ${at(cycle(to))}`;
}

export function faultCharts(faults: FaultTimeline, profile: SystemProfile): Markup {
  const names = faultKinds(profile);
  const kinds = [...faults.kindCounts.keys()].filter((kind) => (faults.kindCounts[kind] ?? 0) > 0);
  const { buckets, counts } = faults;
  const of = (kind: number, k: number): number => counts[kind * buckets + k] ?? 0;
  const most = Math.max(1, ...counts);
  const lanes = kinds.map((kind) => {
    const { name, mark, colour } = names[kind] ?? { name: `kind ${String(kind)}`, mark: '?', colour: '--f-kernel' };
    const bars = Array.from({ length: buckets }, (_, k) => of(kind, k)).map((n, k) => {
      const height = n === 0 ? 0 : Math.max(7, (n / most) * LANE);
      return n === 0 ? null : html`<rect x="${k + 0.06}" y="${(LANE - height).toFixed(1)}" width="0.88" height="${height.toFixed(1)}"/>`;
    });
    return html`<div class="lane"><span class="label"><b aria-hidden="true">${mark}</b>${name}</span><svg viewBox="0 0 ${buckets} ${LANE}" preserveAspectRatio="none" role="img" aria-label="${name}: ${counted(faults.kindCounts[kind] ?? 0, 'fault')} over simulated time" style="fill:var(${colour})">${bars}</svg><span class="value">${count(faults.kindCounts[kind] ?? 0)}</span></div>`;
  });
  const title = html`<h2 id="h-faults">Page faults</h2>`;
  if (kinds.length === 0) return html`<section id="faults" aria-labelledby="h-faults">${title}<p>There was none.</p></section>`;
  const costs = faults.kindCosts.reduce((sum, cost) => sum + cost, 0);
  return html`<section id="faults" aria-labelledby="h-faults">${title}
<h3 id="h-faults-time">Over simulated time</h3><div class="chart lanes">${lanes}<div class="lane"><span class="label"></span>${axis(faults.fromCycle, faults.toCycle)}<span class="value"></span></div></div>
<p class="gloss">A column is ${cyclesAsTime((faults.toCycle - faults.fromCycle) / buckets)}; the tallest one is ${counted(most, 'fault')}.${faults.forgotten > 0 ? ` ${counted(faults.forgotten, 'older fault')} are in the totals of the run only.` : ''}</p>
<details><summary>The numbers of this chart</summary><table><thead><tr><th scope="col">Simulated time</th>${kinds.map((kind) => html`<th scope="col" class="n">${names[kind]?.name ?? ''}</th>`)}</tr></thead><tbody>${intervals(buckets).map((part) => html`<tr><th scope="row">${span(part, faults)}</th>${kinds.map((kind) => {
    let sum = 0;
    for (let k = part.from; k < part.to; k++) sum += of(kind, k);
    return html`<td class="n">${count(sum)}</td>`;
  })}</tr>`)}</tbody></table></details>
<h3 id="h-faults-kind">By kind</h3><table class="sums"><thead><tr><th scope="col">Kind</th><th scope="col" class="n">Faults</th><th scope="col" class="n">Simulated time</th><th scope="col" class="wide">Share of the time in faults</th></tr></thead>
<tbody>${kinds.map((kind) => {
    const { name, mark, colour, gloss } = names[kind] ?? { name: '', mark: '', colour: '--f-kernel', gloss: '' };
    const cost = faults.kindCosts[kind] ?? 0;
    return html`<tr><th scope="row"><b class="shape">${mark}</b>${name}</th><td class="n">${count(faults.kindCounts[kind] ?? 0)}</td><td class="n">${cyclesAsTime(cost)}</td><td class="wide"><span class="bar" style="width:${(costs > 0 ? (cost / costs) * 100 : 0).toFixed(2)}%;background:var(${colour})"></span>${percent(cost, costs)}. ${gloss}</td></tr>`;
  })}</tbody></table></section>`;
}

/** Points of the curve: the most in use in each part, as steps. Parts that are not known are left out. */
function curve({ most, buckets }: HeapTimeline, top: number): { readonly line: string; readonly area: string } {
  const y = (bytes: number): string => (LANE - (bytes / top) * (LANE - 4)).toFixed(2);
  const from = most.findIndex((bytes) => bytes >= 0);
  if (from < 0) return { line: '', area: '' };
  let line = `M${String(from)} ${y(most[from] ?? 0)}`;
  for (let k = from; k < buckets; k++) line += `V${y(Math.max(0, most[k] ?? 0))}H${String(k + 1)}`;
  return { line, area: `${line}V${String(LANE)}H${String(from)}Z` };
}

export function heapChart(heap: HeapTimeline): Markup | null {
  if (heap.peakBytes === 0) return null;
  const { line, area } = curve(heap, heap.peakBytes);
  const last = heap.last[heap.buckets - 1] ?? 0;
  return html`<section id="heap-time" aria-labelledby="h-heap-time"><h2 id="h-heap-time">Heap over simulated time</h2>
<div class="chart curve"><div class="scale" aria-hidden="true"><span>${size(heap.peakBytes)}</span><span>0</span></div><svg viewBox="0 0 ${heap.buckets} ${LANE}" preserveAspectRatio="none" role="img" aria-label="Bytes in use: at most ${size(heap.peakBytes)}, after ${at(heap.peakCycle)}; ${size(Math.max(0, last))} at the end"><path class="area" d="${area}"/><path class="stroke" d="${line}"/></svg><span></span>${axis(heap.fromCycle, heap.toCycle)}</div>
<p class="gloss">At most ${size(heap.peakBytes)} in use, first after ${at(heap.peakCycle)}; ${size(Math.max(0, last))} at the end.${heap.forgotten > 0 ? ` The first ${count(heap.forgotten)} allocations and frees are too old to be drawn.` : ''}</p>
<details><summary>The numbers of this chart</summary><table><thead><tr><th scope="col">Simulated time</th><th scope="col" class="n">Most bytes in use</th><th scope="col" class="n">Bytes at its end</th><th scope="col" class="n">Allocations and frees</th></tr></thead><tbody>${intervals(heap.buckets).map((part) => {
    let events = 0;
    let most = -1;
    for (let k = part.from; k < part.to; k++) { events += heap.events[k] ?? 0; most = Math.max(most, heap.most[k] ?? -1); }
    const end = heap.last[part.to - 1] ?? -1;
    return html`<tr><th scope="row">${span(part, heap)}</th><td class="n">${most < 0 ? 'not kept' : count(most)}</td><td class="n">${end < 0 ? 'not kept' : count(end)}</td><td class="n">${count(events)}</td></tr>`;
  })}</tbody></table></details></section>`;
}
