'use strict';

// libtally for Node.js, by koffi (npm install koffi). A file to copy.
//
//     const counter = new Counter(';', 64, { reset: 'newlines' });
//     for (const match of counter.matches(data)) console.log(`line ${match.segment + 1n}`);
//     counter.close();
//
// Data is a Buffer or another Uint8Array, or a string, which is encoded as UTF-8. Counts and offsets
// are BigInts. A handle is freed by close(), by `using` where the language has it, or after the
// garbage collector found it.

const koffi = require('koffi');

// On macOS libtally.0.dylib, on Windows tally.dll.
const library = koffi.load(process.env.TALLY_LIBRARY ?? 'libtally.so.0');

koffi.struct('tally_counter_options', {
  size: 'size_t',
  needle: 'const uint8_t *',
  needle_len: 'size_t',
  needle_kind: 'uint32_t',
  character: 'uint32_t',
  condition: 'uint32_t',
  named_reset: 'uint32_t',
  min_number: 'uint64_t',
  max_number: 'uint64_t',
  reset: 'const uint8_t *',
  reset_len: 'size_t',
});

const message = library.func('const char *tally_status_message(int32_t status)');

class TallyError extends Error {
  /** @param {number} status one of TALLY_ERROR_* */
  constructor(status) {
    super(message(status));
    this.name = 'TallyError';
    this.status = status;
  }
}

/** A function that returns a status, as one that throws. */
function declare(name, parameters) {
  const call = library.func(`int32_t tally_${name}(${parameters})`);
  return (...values) => {
    const status = call(...values);
    if (status !== 0) throw new TallyError(status);
  };
}

const DATA = 'void *handle, const uint8_t *data, size_t len';
const C = {
  new_with: declare('counter_new_with', 'tally_counter_options *options, _Out_ void **counter'),
  has_count: declare('counter_has_count', `${DATA}, _Out_ bool *matched`),
  find: declare('counter_find', `${DATA}, void *after, void *matches, size_t capacity, void *found`),
  count: declare('counter_count', `${DATA}, void *count`),
  max_count: declare('counter_max_count', `${DATA}, void *count`),
  matching_segments: declare('counter_matching_segments', `${DATA}, void *segments`),
  has_counts: declare('counter_has_counts', `${DATA}, void *lens, size_t number, void *matched`),
  stream_new: declare('stream_new', 'void *counter, _Out_ void **stream'),
  stream_feed: declare('stream_feed', `${DATA}, _Out_ bool *matched`),
  stream_feed_file: declare(
    'stream_feed_file', 'void *stream, const char *path, void *options, _Out_ bool *matched'),
  stream_match: declare('stream_match', 'void *stream, void *match, _Out_ bool *matched'),
  summary_new: declare('summary_new', 'void *counter, _Out_ void **summary'),
  summary_feed: declare('summary_feed', DATA),
  summary_feed_file: declare(
    'summary_feed_file', 'void *summary, const char *path, void *options'),
  summary_merge: declare('summary_merge', 'void *left, void *right'),
  summary_totals: declare('summary_totals', 'void *summary, void *totals'),
};
const FREE = {};
for (const type of ['counter', 'stream', 'summary']) {
  FREE[type] = library.func(`void tally_${type}_free(void *handle)`);
}

const RESETS = { none: 0, newlines: 1, spaces: 2, whitespace: 3 };

const bytes = (data) => (typeof data === 'string' ? Buffer.from(data) : data);

/** Frees what nobody closed. */
const forgotten = new FinalizationRegistry(({ free, pointer }) => free(pointer));

class Handle {
  #free;

  constructor(type, make) {
    const made = [null];
    make(made);
    this.pointer = made[0];
    this.#free = FREE[type];
    forgotten.register(this, { free: this.#free, pointer: this.pointer }, this);
  }

  /** Calls after this fail: what they are given is NULL. */
  close() {
    forgotten.unregister(this);
    this.#free(this.pointer);
    this.pointer = null;
  }
}
if (Symbol.dispose) Handle.prototype[Symbol.dispose] = Handle.prototype.close;

/** Of four numbers. */
const match = (numbers) => {
  const [segment, start, end, count] = numbers;
  return { segment, start, end, count };
};

/** A question: which segments have the needle at least minNumber times? */
class Counter extends Handle {
  /**
   * @param {string | Uint8Array | number} needle a string, its bytes, or a code point
   * @param {number | bigint} minNumber
   * @param {{ reset?: string, resetBytes?: Uint8Array, anyOf?: boolean }} [options] reset is a key of
   *     RESETS; resetBytes are the bytes that end a segment; with anyOf, any byte of needle counts
   */
  constructor(needle, minNumber, { reset = 'none', resetBytes = Buffer.alloc(0), anyOf = false } = {}) {
    if (!(reset in RESETS)) throw new RangeError(`${reset}: no such reset`);
    const isCharacter = typeof needle === 'number';
    const needleBytes = isCharacter ? Buffer.alloc(0) : bytes(needle);
    const options = {
      size: koffi.sizeof('tally_counter_options'),
      needle: needleBytes,
      needle_len: needleBytes.length,
      needle_kind: isCharacter ? 2 : Number(anyOf),
      character: isCharacter ? needle : 0,
      condition: 0,
      named_reset: RESETS[reset],
      min_number: minNumber,
      max_number: 0,
      reset: resetBytes,
      reset_len: resetBytes.length,
    };
    super('counter', (made) => C.new_with(options, made));
  }

  hasCount(data) {
    const matched = [false];
    data = bytes(data);
    C.has_count(this.pointer, data, data.length, matched);
    return matched[0];
  }

  count(data) {
    return this.#number(C.count, data);
  }

  maxCount(data) {
    return this.#number(C.max_count, data);
  }

  matchingSegments(data) {
    return this.#number(C.matching_segments, data);
  }

  #number(question, data) {
    const number = new BigUint64Array(1);
    data = bytes(data);
    question(this.pointer, data, data.length, number);
    return number[0];
  }

  /** All matches, found 64 at a time. */
  * matches(data) {
    const room = 64;
    const found = new BigUint64Array(1);
    const matches = new BigUint64Array(4 * room);
    data = bytes(data);
    let after = null;
    do {
      C.find(this.pointer, data, data.length, after, matches, room, found);
      for (let i = 0; i < found[0]; i++) yield match(matches.subarray(4 * i));
      after = matches.slice(4 * (room - 1));
    } while (found[0] === BigInt(room));
  }

  /** Whether each of many strings has a match, in one call. */
  hasCounts(strings) {
    const all = strings.map(bytes);
    const data = Buffer.concat(all);
    const lens = BigUint64Array.from(all, (one) => BigInt(one.length));
    const matched = new Uint8Array(all.length);
    C.has_counts(this.pointer, data, data.length, lens, all.length, matched);
    return Array.from(matched, Boolean);
  }
}

/** Data in chunks or from files, up to the first match. */
class Stream extends Handle {
  constructor(counter) {
    super('stream', (made) => C.stream_new(counter.pointer, made));
  }

  /** Whether a segment has matched so far. */
  feed(data) {
    const matched = [false];
    data = bytes(data);
    C.stream_feed(this.pointer, data, data.length, matched);
    return matched[0];
  }

  feedFile(path) {
    const matched = [false];
    C.stream_feed_file(this.pointer, path, null, matched);
    return matched[0];
  }

  /** The first match, or null. */
  match() {
    const found = new BigUint64Array(4);
    const matched = [false];
    C.stream_match(this.pointer, found, matched);
    return matched[0] ? match(found) : null;
  }
}

/** All totals of data in chunks or files; those of the parts of a text can be merged. */
class Summary extends Handle {
  constructor(counter) {
    super('summary', (made) => C.summary_new(counter.pointer, made));
  }

  feed(data) {
    data = bytes(data);
    C.summary_feed(this.pointer, data, data.length);
  }

  feedFile(path) {
    C.summary_feed_file(this.pointer, path, null);
  }

  /** Adds a summary of what follows in the text. */
  merge(right) {
    C.summary_merge(this.pointer, right.pointer);
  }

  totals() {
    const totals = new BigUint64Array(5);
    C.summary_totals(this.pointer, totals);
    const [bytes, count, maxCount, segments, matchingSegments] = totals;
    return { bytes, count, maxCount, segments, matchingSegments };
  }
}

module.exports = { Counter, Stream, Summary, TallyError, RESETS };
