/** Columns of bars: making, checking, viewing, resampling, and reading them from text. */
export type { ArrowNames } from "./arrow.ts";
export { type Bar, Bars, type BarsInput, type BarsOptions } from "./bars.ts";
export type { InvalidBarPolicy } from "./check.ts";
