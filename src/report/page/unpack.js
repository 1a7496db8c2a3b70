/** Reads what `report/html/pack.ts` wrote: base64 of a raw deflate stream of variable-length integers. */

/** @param {string} packed */
async function inflate(packed) {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @param {string} packed */
export async function unpackText(packed) {
  return new TextDecoder().decode(await inflate(packed));
}

/** JSON that was packed as text. @param {string} packed */
export async function unpackJson(packed) {
  return JSON.parse(await unpackText(packed));
}

/** Reads columns one after the other. @param {Uint8Array} bytes */
function columnReader(bytes) {
  let at = 0;
  return {
    /** Signed integers: the lowest bytes of all values, then the second bytes of those that have one, and so on. */
    integers(count) {
      const values = new Float64Array(count);
      let rows = new Int32Array(count).map((_, row) => row);
      for (let factor = 1; rows.length > 0; factor *= 128) {
        let longer = 0;
        for (const row of rows) {
          const byte = bytes[at++];
          values[row] += (byte & 127) * factor;
          if (byte >= 128) rows[longer++] = row;
        }
        rows = rows.subarray(0, longer);
      }
      for (let i = 0; i < count; i++) values[i] = values[i] % 2 === 0 ? values[i] / 2 : -(values[i] + 1) / 2;
      return values;
    },
    /** Doubles: the first bytes of all values, then the second, each with what differs from the double before. */
    doubles(count) {
      const view = new DataView(new ArrayBuffer(8));
      const values = new Float64Array(count);
      for (let i = 0; i < count; i++) {
        for (let place = 0; place < 8; place++) {
          view.setUint8(place, view.getUint8(place) ^ bytes[at + place * count + i]);
        }
        values[i] = view.getFloat64(0);
      }
      at += count * 8;
      return values;
    },
  };
}

function readTimes(reader, count, unit) {
  const time = reader.integers(count);
  let now = 0;
  let step = 0;
  for (let i = 0; i < count; i++) {
    step += time[i];
    now += step;
    time[i] = now * unit;
  }
  return time;
}

/** Gives the double that an integer on a grid stands for. */
function fromGrid({ decimals, multiple }) {
  const scale = 10 ** decimals;
  return (integer) => (integer * multiple) / scale;
}

/** Columns of bars; times are epoch ms UTC. */
export async function unpackBars(block) {
  const reader = columnReader(await inflate(block.packed));
  const { count } = block;
  const time = readTimes(reader, count, block.timeUnit);
  const [open, high, low, close] = Array.from({ length: 4 }, () =>
    block.price === null ? reader.doubles(count) : reader.integers(count),
  );
  if (block.price !== null) {
    const price = fromGrid(block.price);
    let last = 0;
    for (let i = 0; i < count; i++) {
      const [first, body] = [last + open[i], close[i]];
      last = first + body;
      open[i] = price(first);
      high[i] = price(Math.max(first, last) + high[i]);
      low[i] = price(Math.min(first, last) - low[i]);
      close[i] = price(last);
    }
  }
  const volume = reader.integers(count).map(fromGrid(block.volume));
  return { step: block.step, asset: block.asset, time, open, high, low, close, volume };
}

/** A curve; rows without a number are NaN. */
export async function unpackCurve(block) {
  const reader = columnReader(await inflate(block.packed));
  const time = readTimes(reader, block.count, block.timeUnit);
  if (block.value === null) return { time, value: reader.doubles(block.count) };
  const levelOf = fromGrid(block.value);
  let level = 0;
  const value = reader.integers(block.count).map((step) => {
    level += step;
    return levelOf(level);
  });
  for (let i = 0; i < block.gaps.length; i += 2)
    value.fill(Number.NaN, block.gaps[i], block.gaps[i] + block.gaps[i + 1]);
  return { time, value };
}
