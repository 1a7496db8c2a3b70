/** Size and axes that the small pictures share. */

import { formatCompact, formatNumber, formatPercent } from "../format.ts";
import { type Scale, tickDecimals, timeTicks, valueTicks } from "./axes.ts";
import { label, short, tag } from "./svg.ts";

export const WIDTH = 350;
export const HEIGHT = 210;
/** Room for `−12.5 %` and `−0.005 %` in a wide font. */
export const LEFT = 76;
export const RIGHT = 10;
export const TOP = 10;
export const BOTTOM = HEIGHT - 26;
const HALF_WORD = 30;
/** Pixels of a letter of an axis, with its part of the room between two words. */
const LETTER = 9;

/** How values are written on an axis. */
export type Words = (value: number, decimals: number) => string;

export const percent: Words = (value, decimals) =>
  Math.abs(value) >= 10 ? `${formatCompact(value * 100)} %` : formatPercent(value, Math.max(0, decimals - 2));
export const money: Words = (value, decimals) =>
  Math.abs(value) >= 1_000 ? formatCompact(value) : formatNumber(value, decimals);

export function valueAxis(y: Scale, words: Words, ticks = valueTicks(y.low, y.high, 4)): readonly string[] {
  const decimals = tickDecimals(ticks);
  return ticks.flatMap((value) => [
    tag("path", { class: "grid", d: `M${LEFT} ${short(y(value))}H${WIDTH - RIGHT}` }),
    label(words(value, decimals), LEFT - 6, y(value) + 4, { anchor: "end" }),
  ]);
}

/** The axis of what is counted: there is no half. */
export function countAxis(y: Scale): readonly string[] {
  const ticks = valueTicks(y.low, y.high, 4).filter(Number.isInteger);
  return valueAxis(y, (value) => formatNumber(value, 0), ticks);
}

export function bottomAxis(x: Scale, words: Words): readonly string[] {
  const ticks = valueTicks(x.low, x.high, 4);
  const decimals = tickDecimals(ticks);
  return ticks.map((value) => {
    const text = words(value, decimals);
    const last = WIDTH - Math.max(RIGHT + 16, (text.length * LETTER) / 2);
    return label(text, Math.min(x(value), last), HEIGHT - 7, { anchor: "middle" });
  });
}

/** Round instants, and a grid at them. A word that would be cut at the right edge is left out; its mark stays. */
export function timeAxis(x: Scale): readonly string[] {
  const five = timeTicks(x.low, x.high, 5);
  const near = five.some(({ time, text }, i) => i > 0 && x(time) - x(five[i - 1]?.time ?? 0) < text.length * LETTER);
  const ticks = near ? timeTicks(x.low, x.high, 3) : five;
  return ticks.flatMap(({ time, text }) => [
    tag("path", { class: "grid", d: `M${short(x(time))} ${TOP}V${BOTTOM}` }),
    ...(x(time) > WIDTH - HALF_WORD ? [] : [label(text, x(time), HEIGHT - 7, { anchor: "middle" })]),
  ]);
}

/** The line of 0, where it lies inside the picture. */
export function zeroLine(y: Scale): readonly string[] {
  return y.low < 0 && y.high > 0 ? [tag("path", { class: "zero", d: `M${LEFT} ${short(y(0))}H${WIDTH - RIGHT}` })] : [];
}
