'use strict';

// A conversation as people would write it, one step a line.

/** @param {any} conversation */
function print(conversation) {
  const { handlers, steps, opening, reader, listensForError, options, handshake, made } =
    conversation;
  const lines = [
    `wire: ${made === 'new' ? 'new ' : ''}pwp(${JSON.stringify(options)}), opening [${opening.map((one) => (typeof one === 'string' ? one : act(one))).join(', ')}], ` +
      `read by ${reader}, ${listensForError ? 'an error listener' : 'no error listener'}, ` +
      `peer's reserved bytes ${Buffer.from(handshake.reserved).toString('hex')} salt ${handshake.salt}`,
  ];
  for (const [name, scripts] of handlers) {
    for (const [k, script] of scripts.entries()) {
      if (script.length) lines.push(`on ${name}, time ${k + 1}: ${script.map(act).join('; ')}`);
    }
  }
  for (const step of steps) lines.push(`- ${act(step)}`);
  return lines.map((line) => `  ${line}`).join('\n');
}

function act(step) {
  switch (step.do) {
    case 'call':
      return `${step.method}(${step.args.map(value).join(', ')})`;
    case 'feed':
      return `peer sends ${step.messages.map((message) => fields(message)).join(' ')}${delivery(step)}`;
    case 'hostile':
      return `peer sends ${[...step.messages.map((message) => fields(message)), `HOSTILE ${fields(step, ['messages', 'cuts'])}`].join(' ')}`;
    case 'other':
      return `other wire ${step.method ? `${step.method}(${step.args.map(value).join(', ')})` : `gets ${step.feed.map((message) => fields(message)).join(' ')}`}`;
    default: {
      const { do: name, ...rest } = step;
      return Object.keys(rest).length ? `${name} ${JSON.stringify(rest)}` : name;
    }
  }
}

function delivery({ cuts, hold, as, corked, turns }) {
  const text = [
    cuts.length ? `cut ${cuts === 'bytes' ? 'into bytes' : `at ${cuts}`}` : '',
    hold ? `holding back ${hold}` : '',
    as === 'buffer' ? '' : `as ${as}`,
    corked ? 'corked' : '',
    turns ? 'a turn after each chunk' : '',
  ].filter(Boolean);
  return text.length ? ` (${text.join(', ')})` : '';
}

function fields(message, except = []) {
  const { type, do: _do, ...rest } = message;
  const numbers = Object.entries(rest).filter(([name]) => !except.includes(name));
  return `${type}(${numbers.map(([name, number]) => `${name} ${number}`).join(', ')})`;
}

function value(argument) {
  if (argument === undefined) return 'undefined';
  if (argument === null || typeof argument !== 'object') return JSON.stringify(argument);
  if ('block' in argument) return `${argument.as} of ${argument.block} bytes`;
  if ('field' in argument) return `bitfield object of ${argument.field} bytes`;
  if ('listener' in argument) return 'listener';
  if ('callback' in argument) {
    if (!argument.callback) return 'no callback';
    return argument.callback.length
      ? `callback { ${argument.callback.map(act).join('; ')} }`
      : 'callback';
  }
  if ('list' in argument) return `[${argument.list.map(value).join(', ')}]`;
  if ('dictionary' in argument)
    return `{ ${argument.dictionary.map(([key, each]) => `${JSON.stringify(key)}: ${value(each)}`).join(', ')} }`;
  return JSON.stringify(argument);
}

module.exports = { print };
