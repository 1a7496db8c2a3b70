import { InvalidInputError } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import type { DataSourceClass } from "../market/ports.ts";

/** The sources that have a name; each is loaded when it is asked for. */
const NAMED_SOURCES: Readonly<Record<string, () => Promise<DataSourceClass>>> = {
  file: async () => (await import("../sources/file.ts")).FileBacktesting as DataSourceClass,
  databento: async () => (await import("../sources/databento/backtesting.ts")).DataBentoBacktesting as DataSourceClass,
  simulated: async () => (await import("./simulated.ts")).SimulatedBacktesting as DataSourceClass,
  synthetic: async () => (await import("../sources/synthetic.ts")).SyntheticBacktesting as DataSourceClass,
};

/** The names that `DATA_SOURCE` and `--source` know. */
export function dataSourceNames(): readonly string[] {
  return Object.keys(NAMED_SOURCES);
}

/**
 * The class of a named source.
 * @throws InvalidInputError `invalid_option`, listing the known names
 */
export async function dataSourceByName(name: string): Promise<DataSourceClass> {
  const load = Object.hasOwn(NAMED_SOURCES, name) ? NAMED_SOURCES[name] : undefined;
  if (load !== undefined) return load();
  throw new InvalidInputError("invalid_option", `Choosing a data source: '${name}' is not the name of one`, {
    hint: suggestWord(name, dataSourceNames()),
  });
}

/** The source that the environment variable `DATA_SOURCE` names. */
export async function dataSourceFromEnvironment(): Promise<DataSourceClass> {
  const name = process.env["DATA_SOURCE"] ?? "";
  if (name !== "") return dataSourceByName(name);
  throw new InvalidInputError("invalid_option", "Choosing a data source: none was passed and DATA_SOURCE is not set", {
    hint: `Pass a class, such as backtest(FileBacktesting, ...), or set DATA_SOURCE to one of ${dataSourceNames().join(", ")}.`,
  });
}

/**
 * A class is wanted, since the run makes the source with its own options.
 * @throws InvalidInputError `invalid_option`
 */
export function checkSourceClass(source: unknown): void {
  if (typeof source === "function") return;
  const found = typeof source === "object" ? "an object that is made already" : `'${String(source)}'`;
  throw new InvalidInputError("invalid_option", `Choosing a data source: found ${found}, expected a class`, {
    hint: "Pass the class and its options apart: backtest(FileBacktesting, start, end, { file: 'bars.csv' }).",
  });
}
