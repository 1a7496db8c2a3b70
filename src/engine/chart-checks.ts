/** What a strategy may draw; refused at the call, in the strategy's own line. */

import { Asset } from "../market/asset.ts";
import { LINE_STYLES, MARKER_SYMBOLS } from "../market/chart.ts";
import { InvalidInputError, shown } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";

/** CSS colours that need no quoting anywhere: words, hex, and the functions with plain numbers. */
const COLOR = /^(?:[a-z]{3,24}|#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|(?:rgb|hsl)a?\([\d\s.,%/-]{1,40}\))$/i;

export function checkName(verb: string, name: string, plot: string, asset: Asset | null): void {
  if (typeof name !== "string" || name === "") {
    throw invalid(`${verb}: the name was ${shown(name)}, expected a text that is not empty`);
  }
  if (typeof plot !== "string" || plot === "") {
    throw invalid(`${verb}('${name}'): plot was ${shown(plot)}, expected the name of a pane`);
  }
  if (asset !== null && !(asset instanceof Asset)) {
    throw invalid(`${verb}('${name}'): asset was ${shown(asset)}, expected an Asset`);
  }
}

/** Epoch ms of an instant. */
export function checkTime(verb: string, name: string, time: { valueOf(): number }): number {
  // Texts would need a zone to be read in; `Number` would take null for the year 1970.
  const value = typeof time === "string" || time === null ? Number.NaN : Number(time);
  if (Number.isFinite(value)) return value;
  throw invalid(
    `${verb}('${name}'): time was ${shown(time)}, expected epoch milliseconds, a Date or a DateTime, and a valid one`,
  );
}

/** A number or NaN; infinity has no place on an axis. */
export function checkNumber(verb: string, name: string, field: string, value: number): void {
  if (Number.isFinite(value) || Number.isNaN(value)) return;
  throw invalid(`${verb}('${name}'): ${field} was ${shown(value)}, expected a finite number, or NaN for none`, {
    hint: "Guard the division that led to it, or give Number.NaN where there is no value.",
  });
}

export function checkPrices(name: string, [open, high, low, close]: readonly [number, number, number, number]): void {
  checkNumber("addOhlc", name, "open", open);
  checkNumber("addOhlc", name, "high", high);
  checkNumber("addOhlc", name, "low", low);
  checkNumber("addOhlc", name, "close", close);
  if (high < Math.max(open, low, close) || low > Math.min(open, close)) {
    throw invalid(
      `addOhlc('${name}'): open ${open}, high ${high}, low ${low}, close ${close}; expected low <= open, close <= high`,
    );
  }
}

interface Look {
  readonly color?: string | undefined;
  readonly style?: string | undefined;
  readonly width?: number | undefined;
  readonly size?: number | undefined;
}

export function checkLook(verb: string, name: string, { color, style, width, size }: Look): void {
  if (color !== undefined && !(typeof color === "string" && COLOR.test(color))) {
    throw invalid(`${verb}('${name}'): color was ${shown(color)}, expected a CSS colour such as 'teal' or '#0072B2'`);
  }
  if (style !== undefined && !(LINE_STYLES as readonly string[]).includes(style)) {
    throw invalid(`${verb}('${name}'): style was ${shown(style)}`, { hint: suggestWord(String(style), LINE_STYLES) });
  }
  if (width !== undefined) checkAboveZero(verb, name, "width", width);
  if (size !== undefined) checkAboveZero(verb, name, "size", size);
}

function checkAboveZero(verb: string, name: string, field: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw invalid(`${verb}('${name}'): ${field} was ${shown(value)}, expected a number above 0`);
}

export function checkSymbol(name: string, symbol: string): void {
  if ((MARKER_SYMBOLS as readonly string[]).includes(symbol)) return;
  throw invalid(`addMarker('${name}'): symbol was ${shown(symbol)}`, {
    hint: suggestWord(String(symbol), MARKER_SYMBOLS),
  });
}

export function checkText(name: string, text: string | undefined): void {
  if (text === undefined || typeof text === "string") return;
  throw invalid(`addMarker('${name}'): text was ${shown(text)}, expected a text`);
}

function invalid(message: string, details: { readonly hint?: string } = {}): InvalidInputError {
  return new InvalidInputError("invalid_argument", message, details);
}
