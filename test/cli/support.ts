/** Runs the built command line as a child process, in a folder of its own, on small generated files. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export { temporaryFolder } from "../temporary-folder.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves once stderr holds the text. */
  seen(text: string): Promise<void>;
}

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Copies a folder of the repository, `strategies` say. */
export function copyFromRepository(name: string, folder: string): void {
  cpSync(join(REPOSITORY, name), join(folder, name), { recursive: true });
}

/** Starts the command line; variables of the tests' own environment that steer it are left out. */
export function start(folder: string, words: readonly string[], environment: Record<string, string> = {}): Running {
  const { DATA_SOURCE: _source, NO_COLOR: _color, ...inherited } = process.env;
  const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder, env: { ...inherited, ...environment } });
  let stdout = "";
  let stderr = "";
  const waiting: { text: string; resolve: () => void }[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const { text, resolve } of waiting) if (stderr.includes(text)) resolve();
  });
  const finished = new Promise<Finished>((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
  const seen = (text: string) =>
    new Promise<void>((resolve) => {
      if (stderr.includes(text)) resolve();
      else waiting.push({ text, resolve });
    });
  return { process: child, finished, seen };
}

export function run(
  folder: string,
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  return start(folder, words, environment).finished;
}

/** A file of minute bars from an instant on, in ticks of 0.25 around 4,000; times as `format` writes them. */
export function barsCsv(
  from: string,
  count: number,
  format: (time: Date) => string = (time) => time.toISOString(),
): string {
  const first = Date.parse(from);
  const lines = ["time,open,high,low,close,volume"];
  for (let i = 0; i < count; i++) {
    const price = 4_000 + 0.25 * ((i * 7_919) % 41);
    lines.push([format(new Date(first + i * 60_000)), price, price + 1, price - 1, price + 0.25, 100].join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** Options for a run over `es.csv`, made with `barsCsv("2024-01-02T00:00Z", ...)`. */
export const ON_FILE = [
  ..."--source file --file es.csv --asset future:ES --timestep 1m".split(" "),
  ..."--start 2024-01-02 --end 2024-01-03".split(" "),
];

/** A strategy that buys once and sells once, and knows parameters of three types. */
export const TRADES_ONCE = `import { Strategy } from "backlit";

export class TradesOnce extends Strategy<{ quantity: number; eager: boolean; label: string }> {
  static override readonly parameters = { quantity: 1, eager: true, label: "none" };
  #count: number = 0;

  override onTradingIteration(): void {
    this.#count += 1;
    const { quantity, eager, label } = this.parameters;
    if (label === "throw" && this.#count === 20) throw new RangeError("out of luck");
    if (this.#count === (eager ? 3 : 5)) this.submitOrder(this.createOrder(this.asset, quantity, "buy"));
    if (this.#count === 10) this.submitOrder(this.createOrder(this.asset, quantity, "sell"));
  }
}
`;
