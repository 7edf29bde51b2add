'use strict';

// What a terminal shows of a program's output, and when.

/**
 * A run of characters of one style.
 * @typedef {{ column: number, text: string, colour: number | null, isBold: boolean, isDim: boolean }} Run
 */

/**
 * The rows of the screen from a time on.
 * @typedef {{ time: number, rows: Run[][] }} Frame time in milliseconds
 */

/** Milliseconds that a frame lasts at least: nobody reads faster. */
const LEAST = 90;

/**
 * @param {any} line of xterm's buffer
 * @returns {Run[]}
 */
function runsOf(line) {
  /** @type {Run[]} */
  const runs = [];
  for (let column = 0; column < line.length; column++) {
    const cell = line.getCell(column);
    const style = {
      colour: cell.isFgPalette() ? cell.getFgColor() : null,
      isBold: cell.isBold() !== 0,
      isDim: cell.isDim() !== 0,
    };
    const text = cell.getChars() || ' ';
    const last = runs.at(-1);
    const isOf = (/** @type {Run} */ run) =>
      run.colour === style.colour && run.isBold === style.isBold && run.isDim === style.isDim;
    if (last !== undefined && isOf(last)) last.text += text;
    else runs.push({ column, text, ...style });
  }
  return runs.filter(({ text }) => text.trim() !== '');
}

/**
 * @param {any} terminal of xterm
 * @returns {Run[][]}
 */
function screenOf(terminal) {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, row) =>
    runsOf(active.getLine(active.viewportY + row)),
  );
}

/**
 * Plays what was recorded.
 * @param {any} terminal of xterm
 * @param {readonly { time: number, data: Buffer }[]} recorded
 * @returns {Promise<Frame[]>}
 */
async function play(terminal, recorded) {
  /** @type {Frame[]} */
  const frames = [];
  for (const { time, data } of recorded) {
    await new Promise((resolve) => terminal.write(data, () => resolve(null)));
    const rows = screenOf(terminal);
    const last = frames.at(-1);
    if (last !== undefined && time - last.time < LEAST) last.rows = rows;
    else frames.push({ time, rows });
  }
  return frames;
}

module.exports = { play };
