/** How numbers are written for people. Plain ASCII, the same on every machine; what does not exist is a dash. */

/** Stands for a value that does not exist. */
export const NO_VALUE = "-";

type Value = number | null | undefined;

/** `12345.678` as `12,345.68`. */
export function formatNumber(value: Value, decimals = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_VALUE;
  const text = Math.abs(value).toFixed(decimals);
  // Numbers from 1e21 on come back in exponent form, where grouping would break them.
  if (text.includes("e")) return value < 0 ? `-${text}` : text;
  const [whole = "0", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = value < 0 && Number(text) !== 0 ? "-" : "";
  return sign + (fraction === undefined ? grouped : `${grouped}.${fraction}`);
}

/** The same with `+` in front of what is above 0. */
export function formatSigned(value: Value, decimals = 2): string {
  const text = formatNumber(value, decimals);
  return text !== NO_VALUE && !text.startsWith("-") && /[1-9]/.test(text) ? `+${text}` : text;
}

/** Money: whole units from 10,000 on, else cents; three digits in exponent form below a hundredth of a cent and from a quadrillion on. */
export function formatMoney(value: Value): string {
  if (isOutOfScale(value)) return value.toExponential(2);
  return formatNumber(value, moneyDecimals(value));
}

export function formatSignedMoney(value: Value): string {
  if (isOutOfScale(value)) return value > 0 ? `+${formatMoney(value)}` : formatMoney(value);
  return formatSigned(value, moneyDecimals(value));
}

/** Below a hundredth of a cent, or a quadrillion and more. */
function isOutOfScale(value: Value): value is number {
  if (value === null || value === undefined || !Number.isFinite(value) || value === 0) return false;
  return Math.abs(value) < 1e-4 || Math.abs(value) >= 1e15;
}

function moneyDecimals(value: Value): number {
  return Math.abs(value ?? 0) >= 10_000 ? 0 : 2;
}

/** A fraction as a percentage: `0.1243` as `12.43 %`. */
export function formatPercent(fraction: Value, decimals = 2): string {
  return withPercent(formatNumber(scaled(fraction), decimals));
}

/** A fraction as a percentage with its sign: `+12.43 %`. */
export function formatSignedPercent(fraction: Value, decimals = 2): string {
  return withPercent(formatSigned(scaled(fraction), decimals));
}

function scaled(fraction: Value): Value {
  return fraction === null || fraction === undefined ? fraction : fraction * 100;
}

function withPercent(text: string): string {
  return text === NO_VALUE ? text : `${text} %`;
}

const COMPACT_STEPS = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** A count in few letters: `999`, `1.5k`, `183k`, `3.21M`. */
export function formatCompact(value: Value): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_VALUE;
  // 999.5 thousand is a million once it is rounded to three figures.
  const step = COMPACT_STEPS.find(([size]) => Math.abs(value) >= size * 0.9995);
  if (step === undefined) return formatNumber(value, 0);
  const [size, letter] = step;
  return `${Number((value / size).toPrecision(3))}${letter}`;
}

/** Seconds: `0.42 s`, `7.3 s`, `1 min 05 s`, `2 h 03 min`, `3 d 4 h`. */
export function formatDuration(seconds: Value): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NO_VALUE;
  if (seconds < 0) return `-${formatDuration(-seconds)}`;
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 0.995 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3_600)} h ${pad(Math.floor((whole % 3_600) / 60))} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3_600)} h`;
}

/** Calendar days: `41 days`, `1 day`; less than one as hours and minutes. */
export function formatDays(days: Value): string {
  if (days === null || days === undefined || !Number.isFinite(days)) return NO_VALUE;
  if (days > 0 && days < 1) return formatDuration(days * 86_400);
  const whole = Math.round(days);
  return whole === 1 ? "1 day" : `${formatNumber(whole, 0)} days`;
}

/** `1 trade`, `2 trades`, `1,234 trades`. */
export function formatCount(count: number, noun: string): string {
  return `${formatNumber(count, 0)} ${noun}${count === 1 ? "" : "s"}`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
