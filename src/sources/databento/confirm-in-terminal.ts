/** Asks the person at the terminal before money is spent. */

import { createInterface } from "node:readline/promises";
import { dollars } from "../../databento/cost-errors.ts";
import { formatDate } from "../../market/time.ts";
import type { ConfirmCost } from "./cached-history.ts";
import type { PlannedSeries, PurchasePlan } from "./purchase-plan.ts";

/** Streams of a terminal; `isTTY` says whether they are one. */
export interface TerminalStreams {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Shows what a batch costs and takes only the word `yes`, typed in full. Undefined where there is no terminal: then nobody can be asked. */
export function terminalConfirmation(
  { input, output }: TerminalStreams = { input: process.stdin, output: process.stderr },
): ConfirmCost | undefined {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  return (plan) => {
    output.write(`${costTable(plan)}\n`);
    return askForYes(`Buy this for ${dollars(plan.total)}? Type yes to go on: `, { input, output });
  };
}

/** Asks at a terminal: only `yes`, typed in full, is one. Whoever leaves the question, by Ctrl-C, Ctrl-D or the end of the input, says no. */
export async function askForYes(question: string, { input, output }: TerminalStreams): Promise<boolean> {
  const terminal = createInterface({ input, output });
  const left = new Promise<undefined>((resolve) => terminal.once("close", () => resolve(undefined)));
  // The library rejects a question that is left by a key, and forgets one whose input ends.
  const answer = await Promise.race([terminal.question(question).catch(() => undefined), left]);
  if (answer === undefined) output.write("\n");
  terminal.close();
  return answer === "yes";
}

/**
 * What a batch costs, a line a series: symbol, schema, span, size, price, share that is cached already; and the total. Definitions, one
 * cheap day for each contract, share a line.
 */
export function costTable(plan: PurchasePlan): string {
  const definitions = plan.series.filter(({ key }) => key.schema === "definition");
  const others = plan.series.filter(({ key }) => key.schema !== "definition");
  const rows = [...others.map((series) => [series]), definitions].filter((group) => group.length > 0).map(rowOf);
  const total = ["total", "", "", sizeText(plan.bytes), dollars(plan.total), ""];
  return aligned([["symbol", "schema", "span (end exclusive)", "size", "price", "cached"], ...rows, total]);
}

/** The line of some series of one schema. */
function rowOf(group: readonly PlannedSeries[]): string[] {
  const [first] = group as [PlannedSeries];
  const chunks = group.flatMap((series) => series.chunks);
  const start = Math.min(...group.map(({ span }) => span.start));
  const end = Math.max(...group.map(({ span }) => span.end));
  const cached = group.reduce((sum, { cachedShare }) => sum + cachedShare, 0) / group.length;
  return [
    group.length === 1 ? first.key.symbol : `${group.length} days`,
    first.key.schema,
    `${formatDate(start)} to ${formatDate(end)}`,
    sizeText(chunks.reduce((sum, { bytes }) => sum + bytes, 0)),
    dollars(chunks.reduce((sum, { cost }) => sum + cost, 0)),
    `${Math.floor(cached * 100)} %`,
  ];
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Columns of text; the last three are numbers and stand to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) => {
    const width = widths[column] ?? 0;
    return column < 3 ? text.padEnd(width) : text.padStart(width);
  };
  return rows.map((row) => row.map(cell).join("  ").trimEnd()).join("\n");
}
