import { BacklitError } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import type { DataSourceClass } from "../market/ports.ts";
import { Strategy } from "../run/strategy.ts";
import type { ModuleExports } from "./load-module.ts";
import { usageError } from "./usage-error.ts";

/** A strategy class as a module exports it. */
export type StrategyClass = (new (options: {
  readonly parameters: Readonly<Record<string, unknown>>;
}) => Strategy) & {
  readonly parameters: Readonly<Record<string, unknown>>;
};

// biome-ignore lint/complexity/noBannedTypes: any class or function, of which only the prototype chain is looked at
type AnyClass = Function;

/**
 * The strategy class of a module: the only one, or the one named.
 * @throws BacklitError `strategy_load` when there is none, `invalid_argument` when there are several and none is named
 */
export function findStrategy(exports: ModuleExports, file: string, name: string | undefined): StrategyClass {
  const found = classesOf(exports).filter(([, value]) => value.prototype instanceof Strategy);
  if (found.length === 0) throw noStrategy(exports, file);
  const names = found.map(([exportName]) => exportName);
  if (name !== undefined) {
    const named = found.find(([exportName, value]) => exportName === name || value.name === name);
    if (named !== undefined) return named[1] as unknown as StrategyClass;
    throw usageError(`Choosing a strategy in ${file}: it exports no '${name}'`, suggestWord(name, names));
  }
  const [first, ...others] = found;
  if (first !== undefined && others.every(([, value]) => value === first[1]))
    return first[1] as unknown as StrategyClass;
  throw usageError(
    `Choosing a strategy in ${file}: it exports ${names.length}: ${names.join(", ")}`,
    `Pick one, for example with --strategy ${names[0]}.`,
  );
}

/**
 * The data source class of a module: its default export, or the only class with a `getBars`.
 * @throws BacklitError `strategy_load` when there is none, `invalid_argument` when there are several
 */
export function findDataSource(exports: ModuleExports, file: string): DataSourceClass {
  const found = classesOf(exports).filter(([, value]) => typeof value.prototype?.getBars === "function");
  const standard = found.find(([exportName]) => exportName === "default");
  const [chosen, second] = standard === undefined ? found : [standard];
  if (chosen === undefined) {
    throw new BacklitError("strategy_load", `Looking for a data source in ${file}: ${exportList(exports)}`, {
      hint: "Export a class with a 'name' and a method 'getBars(request)', as the port DataSource describes.",
    });
  }
  if (second === undefined) return chosen[1] as unknown as DataSourceClass;
  const names = found.map(([exportName]) => exportName).join(", ");
  throw usageError(`Choosing a data source in ${file}: it exports several: ${names}`, "Make one the default export.");
}

function classesOf(exports: ModuleExports): readonly (readonly [string, AnyClass])[] {
  return Object.entries(exports).flatMap(([name, value]) =>
    typeof value === "function" ? [[name, value] as const] : [],
  );
}

function noStrategy(exports: ModuleExports, file: string): BacklitError {
  const foreign = classesOf(exports).find(([, value]) => ancestors(value).some(({ name }) => name === "Strategy"));
  if (foreign !== undefined) {
    return new BacklitError(
      "strategy_load",
      `Looking for a strategy in ${file}: '${foreign[0]}' extends a Strategy, but not the one of the backlit that runs this command`,
      { hint: "Run the command of the project's own copy ('npx backlit'), and import Strategy from \"backlit\"." },
    );
  }
  return new BacklitError("strategy_load", `Looking for a strategy in ${file}: ${exportList(exports)}`, {
    hint: "Export a class that extends Strategy: export class MyStrategy extends Strategy { onTradingIteration() {} }",
  });
}

function exportList(exports: ModuleExports): string {
  const kinds = Object.entries(exports).map(([name, value]) => `${name} (${kindOf(value)})`);
  return kinds.length === 0 ? "it exports nothing" : `none among its exports ${kinds.join(", ")}`;
}

function kindOf(value: unknown): string {
  if (typeof value !== "function") return value === null ? "null" : typeof value;
  return /^class\b/.test(Function.prototype.toString.call(value)) ? "class" : "function";
}

function ancestors(value: AnyClass): readonly AnyClass[] {
  const parent: unknown = Object.getPrototypeOf(value);
  return typeof parent === "function" && parent !== Function.prototype ? [parent, ...ancestors(parent)] : [];
}
