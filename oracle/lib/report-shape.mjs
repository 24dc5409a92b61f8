/**
 * A report reduced to what both tools must agree on: addresses, process ids and call frames outside the program's own
 * file are gone. One shape for text and for XML:
 *
 *   { errors: [lines], signal: [lines], heap: [lines], losses: [lines], leakSummary: [lines], errorSummary: [lines] }
 */

/** Addresses that a program writes down itself stay; all others depend on the layout. */
const KEPT_ADDRESSES = new Set(['0x0', '0x8', '0x12345678', '0x123456789', '0x8000000000000000', '0xffff800000000000', '0xffffffffffffffff']);

export function normaliseAddress(text) {
  const lower = text.toLowerCase();
  return KEPT_ADDRESSES.has(lower) || Number.parseInt(lower, 16) < 4096 ? lower : 'ADDRESS';
}

/** A line of an error without layout. */
export function normaliseLine(line) {
  return line.trim()
    .replace(/0x[0-9a-f]+/giu, (address) => normaliseAddress(address))
    .replace(/[\d,]+ bytes below stack pointer/u, 'N bytes below stack pointer')
    .replace(/(Text|Data|BSS) segment of \S+/u, '$1 segment of PROGRAM')
    .replace(/mapped file \S+ segment/u, 'mapped file PROGRAM segment')
    .replace(/data symbol "(?:\w+\.)?([A-Za-z_]\w*?)(?:\.\d+)?"/u, 'data symbol "$1"');
}

/** "   at 0x109139: main (x.c:1)" → "at main (x.c:1)"; null for frames elsewhere. */
function ownFrame(line, file) {
  const match = /^\s+(?:at|by) 0x[0-9A-Fa-f]+: (.*?) \(([^()]*)\)$/u.exec(line);
  if (match === null) return null;
  const [, fn, where] = match;
  return where.startsWith(`${file}:`) ? `  ${fn} (${where})` : null;
}

const isFrame = (line) => /^\s+(?:at|by) 0x/u.test(line);

/** Valgrind's own remarks, which are about its way of working. */
const REMARKS = [
  /^Warning: client switching stacks/u, /to suppress, use: --max-stackframe/u, /^valgrind: Unrecognised instruction/u, /^Your program just tried/u,
  /^did not recognise/u, /^1\. Your program has a bug/u, /^location\. {2}If you are/u, /^warning about a bad jump/u, /^2\. The instruction is/u,
  /^i\.e\. it's Valgrind's/u, /^you are not sure/u, /^Either way, Valgrind/u, /^probably kill/u, /^For lists of detected/u, /^Parent PID: /u,
  /^Rerun with --error-limit=no/u, /^that errors may occur in your program/u, /^Valgrind, because errors are no longer/u, /^In plain words: /u,
];

/** Process ids of a report, the first process first, forked ones in the order of their numbers. */
export function processesOf(text) {
  const ids = [...new Set([...text.matchAll(/^==(\d+)==/gmu)].map((match) => Number(match[1])))];
  return [...ids.slice(0, 1), ...ids.slice(1).sort((a, b) => a - b)];
}

/**
 * The shape of a whole report: the first process's sections, and those of each forked one behind its number.
 *
 * @param text a report in text, @param file base name of the program's source
 */
export function shapeOfText(text, file) {
  const [first, ...others] = processesOf(text);
  if (others.length === 0) return shapeOfProcess(text, file);
  const linesOf = (id) => text.split('\n').filter((line) => !/^==\d+==/u.test(line) || line.startsWith(`==${id}==`)).join('\n');
  const shape = shapeOfProcess(linesOf(first), file);
  others.forEach((id, k) => {
    for (const [section, lines] of Object.entries(shapeOfProcess(linesOf(id), file))) shape[`child ${k + 1} ${section}`] = lines;
  });
  return shape;
}

function shapeOfProcess(text, file) {
  const shape = { errors: [], signal: [], heap: [], losses: [], leakSummary: [], errorSummary: [] };
  const lines = text.split('\n').map((line) => line.replace(/^==\d+== ?/u, ''));
  const body = lines.slice(lines.findIndex((line) => line.startsWith('Command:')) + 1);
  let section = 'errors';
  for (const line of body) {
    if (line.trim() === '' || REMARKS.some((remark) => remark.test(line.trim()))) continue;
    if (isFrame(line)) {
      const own = ownFrame(line, file);
      if (own !== null) shape[section].push(own);
      continue;
    }
    if (/^Process terminating|^Stack overflow in thread/u.test(line)) section = 'signal';
    else if (/^HEAP SUMMARY/u.test(line)) section = 'heap';
    else if (/ in loss record /u.test(line)) section = 'losses';
    else if (/^LEAK SUMMARY|^All heap blocks were freed|^For a detailed leak/u.test(line)) section = 'leakSummary';
    else if (/^ERROR SUMMARY/u.test(line)) section = 'errorSummary';
    shape[section].push(normaliseLine(line));
  }
  return shape;
}

/** Elements of a small XML document as { name, text, children }; enough for protocol 4. */
export function parseXml(text) {
  const root = { name: '', text: '', children: [] };
  const open = [root];
  const body = text.replace(/<\?[^]*?\?>/gu, '').replace(/<!--[^]*?-->/gu, '').replace(/<!\[CDATA\[[^]*?\]\]>/gu, '');
  let last = 0;
  for (const match of body.matchAll(/<(\/?)([a-z_]+)>/gu)) {
    const current = open[open.length - 1];
    current.text += body.slice(last, match.index);
    last = match.index + match[0].length;
    if (match[1] === '') {
      const element = { name: match[2], text: '', children: [] };
      current.children.push(element);
      open.push(element);
    } else {
      if (current.name !== match[2]) throw new Error(`</${match[2]}> closes <${current.name}>`);
      open.pop();
    }
  }
  if (open.length !== 1) throw new Error(`<${open[open.length - 1].name}> is not closed`);
  return root;
}

const unescape = (text) => text.replace(/&lt;/gu, '<').replace(/&gt;/gu, '>').replace(/&amp;/gu, '&').trim();
const child = (element, name) => element.children.find((each) => each.name === name);
const textOf = (element, name) => { const found = child(element, name); return found === undefined ? '' : unescape(found.text); };

function framesOf(stack, file) {
  return stack.children.filter((frame) => textOf(frame, 'file') === file).map((frame) => `  ${textOf(frame, 'fn')} (${textOf(frame, 'file')}:${textOf(frame, 'line')})`);
}

/** As shapeOfText, from XML: there are no summaries, but counts of errors. */
export function shapeOfXml(text, file) {
  const shape = { errors: [], signal: [], losses: [], errorCounts: [] };
  const output = child(parseXml(text), 'valgrindoutput');
  shape.errors.push(`protocol ${textOf(output, 'protocolversion')} ${textOf(output, 'protocoltool')} ${textOf(output, 'tool')}`);
  for (const element of output.children) {
    if (element.name === 'error') {
      const kind = textOf(element, 'kind');
      const section = kind.startsWith('Leak_') ? shape.losses : shape.errors;
      section.push(kind);
      for (const part of element.children) {
        if (part.name === 'stack') section.push(...framesOf(part, file));
        else if (part.name === 'what' || part.name === 'auxwhat') section.push(normaliseLine(unescape(part.text)));
        else if (part.name === 'xwhat') section.push(textOf(part, 'text'), `${textOf(part, 'leakedbytes')} ${textOf(part, 'leakedblocks')}`);
      }
    } else if (element.name === 'fatal_signal') {
      shape.signal.push(textOf(element, 'signo'), textOf(element, 'signame'), textOf(element, 'event'), normaliseAddress(textOf(element, 'siaddr') || '0x0'), ...framesOf(child(element, 'stack'), file));
    } else if (element.name === 'errorcounts') {
      shape.errorCounts.push(...element.children.map((pair) => `${textOf(pair, 'count')} × ${textOf(pair, 'unique')}`));
    }
  }
  return shape;
}
