import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { DataMissingError, InvalidDataError } from "../market/errors.ts";
import { type Drawing, NO_DRAWING } from "../report/html/drawing.ts";
import { drawingOfPage } from "../report/html/page.ts";
import { PAGE_TABLES, PAGE_TEXTS, type PageInput } from "../report/html/page-input.ts";
import type { RunDocument } from "../report/html/run-document.ts";
import { numbersOf, parseTable, type TextTable, timesOf } from "../report/html/table-text.ts";
import { OPTIONAL_RUN_FILES, RESULT_SCHEMA, RESULT_VERSION } from "../report/index.ts";

const TRADE_SUMMARY = z.looseObject({ trades: z.number(), pnl: z.number() });
const TRADE_SUMMARIES = z.record(z.string(), TRADE_SUMMARY);

/** What a page cannot be made without. Fields beyond these may be there and stay. */
const DOCUMENT = z.looseObject({
  status: z.enum(["complete", "PARTIAL"]),
  notice: z.string().nullable(),
  settings: z.looseObject({
    strategy: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    start: z.string(),
    end: z.string(),
    source: z.string(),
    assets: z.array(z.string()),
    budget: z.number(),
    calendar: z.string(),
    buyTradingFees: z.array(z.unknown()),
    sellTradingFees: z.array(z.unknown()),
  }),
  stats: z.record(z.string(), z.number().nullable()),
  undefined: z.record(z.string(), z.string()),
  basis: z.looseObject({ periodsPerYear: z.number(), riskFree: z.number() }),
  conventions: z.record(z.string(), z.string()),
  long: TRADE_SUMMARY,
  short: TRADE_SUMMARY,
  byAsset: TRADE_SUMMARIES,
  byExitReason: TRADE_SUMMARIES,
  byWeekday: TRADE_SUMMARIES,
  byHour: TRADE_SUMMARIES,
  drawdowns: z.array(z.looseObject({ peakTime: z.string(), valleyTime: z.string(), depth: z.number() })),
  months: z.array(z.looseObject({ period: z.string(), return: z.number() })),
  years: z.array(z.looseObject({ period: z.string(), return: z.number() })),
  counts: z.record(z.string(), z.number()),
  data: z.array(z.looseObject({ asset: z.string(), timestep: z.string(), source: z.string(), hash: z.string() })),
  notes: z.array(z.string()),
  events: z.array(z.looseObject({ time: z.string(), code: z.string(), level: z.string(), message: z.string() })),
});

/** Tables of which `result.json` tells the rows, under these names: files of two runs in one folder are seen by them, and one that was cut off. */
const COUNTED = [
  ["equity.csv", "equityRows"],
  ["trades.csv", "trades"],
  ["orders.csv", "orders"],
  ["fills.csv", "fills"],
] as const;

/**
 * Reads the folder of a saved run. The bars are not among its files: they are taken over from the page that lies beside them, where
 * there is one of this run.
 * @throws DataMissingError when the folder or one of its files is not there; InvalidDataError `invalid_file` when a file is not ours, of
 *   a newer version, or damaged
 */
export async function readSavedRun(folder: string): Promise<PageInput> {
  const document = await readDocument(folder);
  const equity = parseTable(await readPart(folder, "equity.csv"));
  const tables: Record<string, TextTable> = {};
  for (const name of PAGE_TABLES) {
    const text = await readPart(
      folder,
      name,
      OPTIONAL_RUN_FILES.some((optional) => optional === name),
    );
    if (text !== "") tables[name] = parseTable(text);
  }
  for (const [name, counted] of COUNTED) {
    const rows = (name === "equity.csv" ? equity : tables[name])?.rows.length ?? 0;
    const count = document.counts[counted];
    if (rows !== count) throw damaged(join(folder, name), `it has ${rows} rows, and result.json counts ${count}`);
  }
  return {
    document,
    equity: { time: timesOf(equity, "time"), value: numbersOf(equity, "value"), cash: numbersOf(equity, "cash") },
    tables,
    drawing: await drawingBeside(folder, document),
    texts: await readTexts(folder),
  };
}

async function readTexts(folder: string): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  for (const name of PAGE_TEXTS) {
    const text = await readPart(folder, name, true);
    if (text !== "") texts[name] = text;
  }
  const config = texts["config.resolved.json"];
  if (config !== undefined && typeof parseJson(config) !== "object") {
    throw damaged(join(folder, "config.resolved.json"), "it is no JSON");
  }
  return texts;
}

async function readDocument(folder: string): Promise<RunDocument> {
  const path = join(folder, "result.json");
  const text = await readPart(folder, "result.json");
  const document = parseJson(text);
  if (
    typeof document !== "object" ||
    document === null ||
    !("schema" in document) ||
    document.schema !== RESULT_SCHEMA
  ) {
    throw damaged(path, "it is no result of a run: its schema is not 'backlit.result'");
  }
  const version = "version" in document ? document.version : undefined;
  if (typeof version !== "number" || version > RESULT_VERSION) {
    throw new InvalidDataError(
      "invalid_file",
      `Reading ${path}: its version is ${String(version)}, this package reads up to ${RESULT_VERSION}`,
      [],
      { hint: "A newer backlit wrote it: update this one, or run the strategy again." },
    );
  }
  const checked = DOCUMENT.safeParse(document);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw damaged(path, `at ${issue?.path.join(".") ?? "its root"}: ${issue?.message ?? "unreadable"}`);
  }
  return document as RunDocument;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readPart(folder: string, name: string, mayBeAbsent = false): Promise<string> {
  try {
    return await readFile(join(folder, name), "utf8");
  } catch (cause) {
    if (mayBeAbsent) return "";
    throw new DataMissingError(`Reading the run in ${folder}: it has no ${name}`, {
      hint: "Give the folder that a backtest wrote, such as runs/SmaCross-2024-01-02-2024-07-01.",
      cause,
    });
  }
}

/** The bars and drawings of the page that lies in the folder, when it is a page of the same run. */
async function drawingBeside(folder: string, document: RunDocument): Promise<Drawing> {
  const page = await readPart(folder, "report.html", true);
  return drawingOfPage(page, document) ?? NO_DRAWING;
}

function damaged(path: string, found: string): InvalidDataError {
  return new InvalidDataError("invalid_file", `Reading ${basename(path)} of a run (${path}): ${found}`, [], {
    hint: "Give the folder of a run as backlit wrote it.",
  });
}
