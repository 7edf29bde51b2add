'use strict';

// Frames as a picture: text, and animated by style sheets alone. What does not animate shows the last.

/** @typedef {import('./frames.js').Frame} Frame */
/** @typedef {import('./frames.js').Run} Run */

/** Of a character, in px. */
const WIDTH = 8.4;
const HEIGHT = 19;
const FONT_SIZE = 14;
const BASELINE = 14;
/** Around the text, and for the window's frame above it. */
const MARGIN = 16;
const BAR = 30;

/** Milliseconds that the last frame stays. */
const LAST = 6000;

/** A dark window, which stands out on a light page and on a dark one. */
const BACKGROUND = '#12171f';
const FRAME = '#39424e';
const TEXT = '#d7dee7';
const BRIGHT = '#ffffff';
const DIM = '#8b97a6';
const PALETTE = ['#12171f', '#ff7b72', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', TEXT];

/** Characters that are drawn, as fonts have them of different widths: how much of the cell is filled. */
const SHADES = new Map([
  ['█', 1],
  ['▓', 0.7],
  ['▒', 0.45],
  ['░', 0.22],
]);

/** @param {string} text */
const escapeXml = (text) => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

const px = (/** @type {number} */ value) => Number(value.toFixed(1));

/** @param {Run} run */
function colourOf({ colour, isBold, isDim }) {
  if (colour !== null) return PALETTE[colour % PALETTE.length];
  if (isDim) return DIM;
  return isBold ? BRIGHT : TEXT;
}

/**
 * @param {Run} run
 * @param {number} y of its row
 * @returns {string}
 */
function drawRun(run, y) {
  const parts = [];
  const weight = run.isBold ? ' font-weight="600"' : '';
  const colour = colourOf(run);
  // As many of a kind as stand together; words apart, so that each is where its columns are.
  for (const match of run.text.matchAll(/([█▓▒░])\1*|[^\s█▓▒░]+(?: [^\s█▓▒░]+)*/g)) {
    const [text] = match;
    const x = px(MARGIN + (run.column + match.index) * WIDTH);
    const width = px(text.length * WIDTH);
    const shade = SHADES.get(text[0]);
    parts.push(
      shade === undefined
        ? `<text x="${x}" y="${y + BASELINE}" textLength="${width}" fill="${colour}"${weight}>${escapeXml(text)}</text>`
        : `<rect x="${x}" y="${y + 2}" width="${width}" height="${HEIGHT - 4}" fill="${colour}" opacity="${shade}"/>`,
    );
  }
  return parts.join('');
}

/**
 * When each content of a row is seen: from, to.
 * @typedef {{ row: number, runs: Run[], spans: [number, number][] }} Part
 */

/**
 * @param {readonly Frame[]} frames
 * @param {number} end milliseconds
 * @returns {Part[]}
 */
function partsOf(frames, end) {
  /** @type {Map<string, Part>} */
  const parts = new Map();
  for (const [i, { time, rows }] of frames.entries()) {
    const next = frames[i + 1]?.time ?? end;
    for (const [row, runs] of rows.entries()) {
      if (runs.length === 0) continue;
      const key = `${row} ${JSON.stringify(runs)}`;
      const part = parts.get(key) ?? { row, runs, spans: [] };
      const last = part.spans.at(-1);
      if (last !== undefined && last[1] === time) last[1] = next;
      else part.spans.push([time, next]);
      parts.set(key, part);
    }
  }
  return [...parts.values()];
}

/**
 * @param {Part} part
 * @param {number} end
 * @returns {string} when it is seen, as key frames
 */
function keyFrames({ spans }, end) {
  const at = (/** @type {number} */ time) => `${px((100 * time) / end)}%`;
  const steps = spans[0][0] > 0 ? ['0%{opacity:0}'] : [];
  for (const [from, to] of spans) {
    steps.push(`${at(from)}{opacity:1}`);
    if (to < end) steps.push(`${at(to)}{opacity:0}`);
  }
  return steps.join('');
}

/**
 * @param {readonly Frame[]} recorded
 * @param {{ columns: number, title: string }} options
 * @returns {string} an SVG document
 */
function draw(recorded, { columns, title }) {
  const start = recorded[0].time;
  const frames = recorded.map(({ time, rows }) => ({ time: time - start, rows }));
  const last = /** @type {Frame} */ (frames.at(-1));
  const end = last.time + LAST;
  const used = 1 + last.rows.findLastIndex((runs) => runs.length > 0);
  const width = Math.ceil(columns * WIDTH + 2 * MARGIN);
  const height = BAR + used * HEIGHT + MARGIN;

  const styles = [
    `text{font:${FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}`,
    '@media (prefers-reduced-motion:reduce){g{animation:none!important}}',
  ];
  const groups = partsOf(frames, end).map((part, i) => {
    const y = BAR + part.row * HEIGHT;
    const content = part.runs.map((run) => drawRun(run, y)).join('');
    const isLast = part.spans.at(-1)?.[1] === end;
    const isAlways = isLast && part.spans[0][0] === 0 && part.spans.length === 1;
    if (isAlways) return `<g>${content}</g>`;
    styles.push(`@keyframes k${i}{${keyFrames(part, end)}}`);
    const animation = `k${i} ${end}ms step-end infinite`;
    return `<g style="opacity:${isLast ? 1 : 0};animation:${animation}">${content}</g>`;
  });
  const dots = [0, 1, 2]
    .map((i) => `<circle cx="${MARGIN + 5 + 18 * i}" cy="${BAR / 2}" r="5" fill="${FRAME}"/>`)
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escapeXml(title)}</title>
<style>${styles.join('\n')}</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${BACKGROUND}" stroke="${FRAME}"/>
${dots}
${groups.join('\n')}
</svg>
`;
}

module.exports = { draw };
