/** Reads what `report/html/pack.ts` wrote: base64 of a raw deflate stream of variable-length integers. */

/** @param {string} packed */
async function inflate(packed) {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** JSON that was packed as text. @param {string} packed */
export async function unpackJson(packed) {
  return JSON.parse(new TextDecoder().decode(await inflate(packed)));
}

/** A reader of signed integers. @param {Uint8Array} bytes */
function integers(bytes) {
  let at = 0;
  return () => {
    let value = 0;
    let factor = 1;
    let byte = bytes[at++];
    while (byte >= 128) {
      value += (byte - 128) * factor;
      factor *= 128;
      byte = bytes[at++];
    }
    value += byte * factor;
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
}

function readTimes(next, count, unit) {
  const time = new Float64Array(count);
  let now = 0;
  let step = 0;
  for (let i = 0; i < count; i++) {
    step += next();
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
  const next = integers(await inflate(block.packed));
  const { count } = block;
  const price = fromGrid(block.price);
  const volumeOf = fromGrid(block.volume);
  const column = () => new Float64Array(count);
  const bars = { step: block.step, asset: block.asset, open: column(), high: column(), low: column(), close: column() };
  const time = readTimes(next, count, block.timeUnit);
  const [openGap, up, down] = [column(), column(), column()];
  for (let i = 0; i < count; i++) openGap[i] = next();
  for (let i = 0; i < count; i++) up[i] = next();
  for (let i = 0; i < count; i++) down[i] = next();
  let close = 0;
  for (let i = 0; i < count; i++) {
    const open = close + openGap[i];
    close = open + next();
    bars.open[i] = price(open);
    bars.high[i] = price(Math.max(open, close) + up[i]);
    bars.low[i] = price(Math.min(open, close) - down[i]);
    bars.close[i] = price(close);
  }
  const volume = Float64Array.from({ length: count }, () => volumeOf(next()));
  return { ...bars, time, volume };
}

/** A curve; rows without a number are NaN. */
export async function unpackCurve(block) {
  const next = integers(await inflate(block.packed));
  const time = readTimes(next, block.count, block.timeUnit);
  const levelOf = fromGrid(block.value);
  const value = new Float64Array(block.count);
  let level = 0;
  for (let i = 0; i < block.count; i++) {
    level += next();
    value[i] = levelOf(level);
  }
  for (let i = 0; i < block.gaps.length; i += 2)
    value.fill(Number.NaN, block.gaps[i], block.gaps[i] + block.gaps[i + 1]);
  return { time, value };
}
