import { type Schema, schemas } from "../../dbn/index.ts";
import { contractSpec, suggestRoot } from "../../futures/index.ts";
import { Asset, type RollRule } from "../../market/asset.ts";
import { parseContractSymbol } from "../../market/contract-symbol.ts";
import { suggestWord } from "../../market/nearest.ts";
import { DAY, parseDate } from "../../market/time.ts";
import { readAsset } from "../read-assets.ts";
import { usageError } from "../usage-error.ts";
import type { VendorFlags } from "./vendor-flags.ts";

/** What was asked for on the command line. */
export interface WantedData {
  readonly assets: readonly Asset[];
  readonly schema: Schema;
  /** Epoch ms UTC, inclusive and exclusive. */
  readonly start: number;
  readonly end: number;
}

const EXAMPLE = "For example: backlit fetch ES NQ --schema ohlcv-1m --start 2024-01-01 --end 2024-07-01 --max-cost 5";

/** Reads names and flags. @throws BacklitError `invalid_argument` */
export function readWantedData(names: readonly string[], flags: VendorFlags): WantedData {
  if (names.length === 0) throw usageError("Reading the command: no symbol was named", EXAMPLE);
  const roll = readRoll(flags.roll);
  const assets = new Map(names.map((name) => readName(name, roll)).map((asset) => [asset.key, asset]));
  const span = readSpan(flags);
  return { assets: [...assets.values()], schema: readSchema(flags.schema), ...span };
}

/** Continuous and unadjusted for a root, a contract for a contract, and assets in the words of `--asset`. */
function readName(name: string, roll: RollRule | undefined): Asset {
  if (name.includes(":")) return readAsset("symbol", name);
  const word = name.toUpperCase();
  const [, root, rule, rank] = /^([A-Z0-9]+)\.([VNC])\.(\d+)$/.exec(word) ?? [];
  if (root !== undefined && contractSpec(root) !== undefined) {
    return Asset.continuousFuture(root, { roll: rule?.toLowerCase() as "v" | "n" | "c", rank: Number(rank) });
  }
  if (contractSpec(word) !== undefined) return Asset.continuousFuture(word, roll === undefined ? {} : { roll });
  const contract = parseContractSymbol(word);
  if (contract !== undefined && contractSpec(contract.root) !== undefined) return Asset.future(word);
  throw usageError(
    `Reading the symbol ${name}: '${root ?? contract?.root ?? word}' is no root of a future that is known`,
    `${suggestRoot(root ?? contract?.root ?? word)} A stock is written stock:${word}.`,
  );
}

function readRoll(text: string | undefined): RollRule | undefined {
  if (text === undefined) return undefined;
  if (text === "v" || text === "n" || text === "c") return text;
  if (/^\d+$/.test(text)) return { sessionsBeforeExpiration: Number(text) };
  throw usageError(`Reading --roll ${text}: expected v, n, c or a number of sessions`);
}

function readSchema(text: string): Schema {
  const known: readonly string[] = schemas;
  if (known.includes(text)) return text as Schema;
  throw usageError(`Reading --schema ${text}: there is no such schema`, suggestWord(text, known));
}

function readSpan({ start, end }: VendorFlags): { readonly start: number; readonly end: number } {
  if (start === undefined) throw usageError("Setting the span: --start is missing", EXAMPLE);
  const from = readInstant("--start", start);
  const to = end === undefined ? Math.floor(Date.now() / DAY) * DAY : readInstant("--end", end);
  if (from < to) return { start: from, end: to };
  throw usageError(`Setting the span: the start ${start} is not before the end ${end ?? "today"}`);
}

function readInstant(flag: string, text: string): number {
  const date = parseDate(text);
  if (date !== undefined) return date;
  const hasZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const time = hasZone ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw usageError(
    `Reading ${flag} ${text}: expected an ISO date, or a date-time with its zone`,
    "For example 2024-01-02, or 2024-01-02T14:30Z.",
  );
}
