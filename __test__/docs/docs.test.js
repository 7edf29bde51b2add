'use strict';

// The examples in docs/ do what they say, on the packages that they are about.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { describe, test } = require('node:test');
const { blocks, play } = require('./blocks.js');

const DOCS = path.join(__dirname, '../../docs');

/** @param {import('node:test').TestContext} t */
function folder(t) {
  const made = fs.mkdtempSync(path.join(__dirname, 'generated-'));
  t.after(() => fs.rmSync(made, { recursive: true }));
  return made;
}

/**
 * @param {import('./blocks.js').Block} block
 * @param {string} where
 */
async function assertPlays(block, where) {
  const { code, stdout, stderr } = await play(block, where);
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.split('\n').slice(0, -1), block.prints);
}

for (const document of fs.readdirSync(DOCS).filter((name) => name.endsWith('.md'))) {
  const examples = blocks(fs.readFileSync(path.join(DOCS, document), 'utf8'));
  describe(`docs/${document}`, { concurrency: 2 }, () => {
    for (const block of examples) {
      test(`the example at line ${block.line}`, async (t) => {
        assert.ok(block.prints.length > 0, 'it tells nothing that could be wrong');
        await assertPlays(block, folder(t));
      });
    }
  });
}

test('there are examples', () => {
  const all = fs.readdirSync(DOCS).flatMap((name) => {
    return name.endsWith('.md') ? blocks(fs.readFileSync(path.join(DOCS, name), 'utf8')) : [];
  });
  assert.ok(all.length > 0);
});

describe('an example is refused', () => {
  const example = (/** @type {string} */ text) => blocks(`\`\`\`js\n${text}\n\`\`\`\n`)[0];

  test('that prints something else', async (t) => {
    const block = example('console.log(1); // prints 2');
    await assert.rejects(assertPlays(block, folder(t)), assert.AssertionError);
  });

  test('that prints less than it says', async (t) => {
    const block = example('// prints 1');
    await assert.rejects(assertPlays(block, folder(t)), assert.AssertionError);
  });

  test('that throws', async (t) => {
    const block = example("console.log(1); // prints 1\nthrow new Error('it does not work');");
    await assert.rejects(assertPlays(block, folder(t)), /it does not work/);
  });
});
