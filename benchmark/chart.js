'use strict';

const { scale, short, targetText } = require('./format.js');
const { NO_WIRES, OF_TRANSPORTS, OF_WIRES } = require('./report.js');
const { TRANSPORT } = require('./transports.js');

/** @typedef {import('./results.js').Line} Line */

const WIDTH = 960; // px, of every chart
const BAR = 26; // px, of one bar with the space around it
const FRAME = 130; // px, for the title and the axis
const LEGEND = 28; // px, below the title

const COLOURS = /** @type {Record<string, string>} */ ({
  [TRANSPORT]: '#10392f',
  native: '#1f6f5c',
  original: '#c98b2b',
  'bittorrent-protocol': '#7a6fb0',
  bare: '#9a9a9a',
  cipher: '#5b7fa6',
});
const MET = COLOURS.native;
const MISSED = '#c4473a';

/** @param {string} title */
const plain = (title) => title.replaceAll('`', '');

/**
 * Draws without a browser.
 * @param {number} height in px
 * @param {string} text the title
 * @param {string} subtext
 * @param {import('echarts').EChartsOption} option
 * @returns {string} an SVG document
 */
function draw(height, text, subtext, option) {
  const echarts = require('echarts');
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff', // readable on a dark page too
    textStyle: { fontFamily: 'sans-serif' },
    title: { text, subtext, left: 16, top: 8, subtextStyle: { lineHeight: 16 } },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

/**
 * How many times better than somebody else, with the target of each as a mark.
 * @param {Pick<Line, 'title' | 'ratio' | 'target' | 'met'>[]} lines
 * @param {string} title
 * @param {string} machine
 * @returns {string}
 */
function ratioChart(lines, title, machine) {
  const axis = /** @type {const} */ ({
    type: 'category',
    inverse: true,
    axisTick: { show: false },
  });
  return draw(
    FRAME + BAR * lines.length,
    title,
    `more is better; the marks are the targets; logarithmic\n${machine}`,
    {
      grid: { left: 400, right: 130, top: 84, bottom: 36 },
      xAxis: { type: 'log', logBase: 2, axisLabel: { formatter: '{value}×' } },
      yAxis: [
        { ...axis, data: lines.map((line) => plain(line.title)) },
        {
          ...axis,
          position: 'right',
          data: lines.map(
            ({ ratio, target }) => `${short(ratio?.median ?? 0)}×  (${targetText(target)})`,
          ),
        },
      ],
      series: [
        {
          type: 'bar',
          barWidth: '60%',
          data: lines.map(({ ratio, met }) => ({
            value: ratio?.median ?? 0,
            itemStyle: { color: met ? MET : MISSED },
          })),
        },
        {
          type: 'scatter',
          symbol: 'rect',
          symbolSize: [2, 18],
          itemStyle: { color: '#222222' },
          z: 3,
          data: lines.map(({ target }, row) => [target.value, row]),
        },
      ],
    },
  );
}

/**
 * Figures side by side, one group a row.
 * @param {Line[]} lines of one unit
 * @param {string} title
 * @param {string} machine
 * @param {Record<string, string>} [labels] of runners, in their order
 * @returns {string}
 */
function figureChart(lines, title, machine, labels = { ...NO_WIRES, ...OF_WIRES }) {
  const runners = Object.keys(labels).filter((runner) =>
    lines.some(({ figures }) => figures[runner]),
  );
  const largest = Math.max(
    ...lines.flatMap(({ figures }) => Object.values(figures).map(({ median }) => median)),
  );
  const { divisor, unit } = scale(lines[0].unit, largest);
  return draw(
    FRAME + LEGEND + BAR * runners.length * lines.length,
    title,
    `${unit}, less is better\n${machine}`,
    {
      legend: { top: 72, left: 16, itemGap: 20, data: runners.map((runner) => labels[runner]) },
      grid: { left: 340, right: 60, top: 84 + LEGEND, bottom: 36 },
      xAxis: { type: 'value', min: 0 },
      yAxis: {
        type: 'category',
        inverse: true,
        axisTick: { show: false },
        data: lines.map((line) => plain(line.title)),
      },
      series: runners.map((runner) => ({
        name: labels[runner],
        type: 'bar',
        itemStyle: { color: COLOURS[runner] },
        data: lines.map(({ figures }) => {
          const figure = figures[runner];
          return figure ? Number((figure.median / divisor).toPrecision(3)) : null;
        }),
        label: { show: true, position: 'right' },
      })),
    },
  );
}

/**
 * All charts there are rows for.
 * @param {Line[]} lines
 * @param {string} machine in one line
 * @returns {Record<string, string>} SVG by file name
 */
function charts(lines, machine) {
  const measured = lines.filter(({ ratio }) => ratio !== null);
  const of = (/** @type {(line: Line) => boolean} */ test) => measured.filter(test);
  const ratios = of(({ target }) => target.kind === 'at least');
  const sockets = of(({ table, unit }) => table === 'sockets' && unit === 'CPU s/GB');
  const transport = of(({ table, unit }) => table === 'transport' && unit === 'CPU s/GB');
  const idle = of(({ workloads }) => workloads.includes('memory-idle'));
  /** @type {Record<string, string>} */
  const files = {};
  if (ratios.length > 0) {
    const title = 'Times less CPU than the better of the peers that can do it';
    files['ratios.svg'] = ratioChart(ratios, title, machine);
  }
  if (sockets.length > 0) {
    const title = 'CPU seconds per GB over loopback TCP';
    files['sockets.svg'] = figureChart(sockets, title, machine);
  }
  if (transport.length > 0) {
    const title = 'CPU seconds per GB, with the native transport and with sockets that are piped';
    files['transport.svg'] = figureChart(transport, title, machine, OF_TRANSPORTS);
  }
  if (idle.length > 0) files['memory.svg'] = figureChart(idle, 'Memory of an idle wire', machine);
  return files;
}

module.exports = { charts, ratioChart };
