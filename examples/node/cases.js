'use strict';

// Runs the shared cases, as tests/languages/plain.py writes them: node cases.js FILE

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Counter, Stream, Summary, RESETS } = require('./tally.js');

const INVALID_ARGUMENT = 2;
const IO = 3;
const OVERLAP = 8;

const place = ({ segment, start, end }) => `${segment}:${start}:${end}`;

function checkAnswers(counter, data, fields) {
  const [count, maxCount, segments, matchingSegments] = fields.slice(0, 4).map(BigInt);
  const listed = fields[5] === '' ? [] : fields[5].split(',');
  const matched = matchingSegments > 0n;
  assert.strictEqual(counter.hasCount(data), matched);
  assert.strictEqual(counter.count(data), count);
  assert.strictEqual(counter.maxCount(data), maxCount);
  assert.strictEqual(counter.matchingSegments(data), matchingSegments);
  const matches = Array.from(counter.matches(data), place);
  assert.strictEqual(BigInt(matches.length), matchingSegments);
  assert.deepStrictEqual(fields[4] === '1' ? matches : matches.slice(0, listed.length), listed);
  const each = counter.hasCounts([data, '', data]);
  assert.deepStrictEqual([each[0], each[2]], [matched, matched]);

  const cut = Math.floor(data.length / 2);
  const [left, right] = [data.subarray(0, cut), data.subarray(cut)];
  const stream = new Stream(counter);
  stream.feed(left);
  stream.feed(right);
  const first = stream.match();
  assert.strictEqual(first === null ? undefined : place(first), matches[0]);
  const [summary, behind] = [new Summary(counter), new Summary(counter)];
  summary.feed(left);
  behind.feed(right);
  try {
    summary.merge(behind);
  } catch (error) {
    assert.strictEqual(error.status, OVERLAP);
    summary.feed(right);
  }
  const bytes = BigInt(data.length);
  assert.deepStrictEqual(summary.totals(), { bytes, count, maxCount, segments, matchingSegments });
  for (const handle of [stream, summary, behind]) handle.close();
}

function checkCase(line) {
  const [, kind, needle, character, named, reset, number, data, status, ...fields] = line.split('\t');
  const make = () => new Counter(
    kind === '2' ? Number(character) : Buffer.from(needle, 'hex'),
    BigInt(number),
    {
      anyOf: kind === '1',
      reset: Object.keys(RESETS)[named],
      resetBytes: Buffer.from(reset, 'hex'),
    },
  );
  if (status !== '0') {
    assert.throws(make, { status: Number(status) });
    return;
  }
  const counter = make();
  checkAnswers(counter, Buffer.from(data, 'hex'), fields);
  counter.close();
}

function checkFiles() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tally-'));
  const file = path.join(folder, 'file');
  fs.writeFileSync(file, 'c\ncc\nc.c.c');
  const counter = new Counter('c', 2, { reset: 'newlines' });
  const [stream, summary] = [new Stream(counter), new Summary(counter)];
  assert.strictEqual(stream.feedFile(file), true);
  summary.feedFile(file);
  assert.deepStrictEqual(
    summary.totals(),
    { bytes: 10n, count: 6n, maxCount: 3n, segments: 3n, matchingSegments: 2n },
  );
  assert.throws(() => summary.feedFile('no such file'), { status: IO });
  fs.rmSync(folder, { recursive: true });
}

let passed = 0;
let failed = 0;
function run(name, check, ...values) {
  try {
    check(...values);
    passed += 1;
  } catch (error) {
    failed += 1;
    console.error(`${name}: ${error.message}`);
  }
}

for (const line of fs.readFileSync(process.argv[2], 'utf8').trimEnd().split('\n')) {
  // The last field of a line may be empty.
  run(line.split('\t')[0], checkCase, line);
}
run('a surrogate', () => {
  assert.throws(() => new Counter(0xd800, 1), { status: INVALID_ARGUMENT });
});
run('files', checkFiles);
console.log(`node: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
