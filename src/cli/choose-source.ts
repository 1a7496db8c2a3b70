import { basename, extname } from "node:path";
import { suggestWord } from "../market/nearest.ts";
import type { DataSourceClass } from "../market/ports.ts";
import { dataSourceByName, dataSourceNames } from "../run/sources.ts";
import { isFileFormat } from "../sources/read-bars-file.ts";
import { findDataSource } from "./find-class.ts";
import { loadModule } from "./load-module.ts";
import { usageError } from "./usage-error.ts";

/** A data source as it was chosen. */
export interface ChosenSource {
  /** Its known name, or the file it came from. */
  readonly name: string;
  readonly sourceClass: DataSourceClass;
}

/**
 * The data source of `--source`, else of `DATA_SOURCE`: a known name, or the path of a module that exports a class.
 * @param hasFiles whether files were given, which one source reads
 * @throws BacklitError `invalid_argument` for a name nobody knows, `strategy_load` for a module that cannot be used
 */
export async function chooseSource(flag: string | undefined, hasFiles = false): Promise<ChosenSource> {
  const fromEnvironment = process.env["DATA_SOURCE"] ?? "";
  const name = flag ?? fromEnvironment;
  const asked = flag === undefined ? "DATA_SOURCE" : "--source";
  if (name === "")
    throw usageError(
      "Choosing a data source: no --source was given and DATA_SOURCE is not set",
      hasFiles ? "Files are read with --source file." : known(),
    );
  if (isPath(name)) {
    return { name: basename(name), sourceClass: findDataSource(await loadModule(name, "data source"), name) };
  }
  if (!dataSourceNames().includes(name)) {
    const hint = isFileFormat(name)
      ? `Files of all kinds are read by one source: --source file --file bars.${name}.`
      : `${suggestWord(name, dataSourceNames())} A source of your own is given by the path of its file.`;
    throw usageError(`Choosing a data source: ${asked} was '${name}', which is not the name of one`, hint);
  }
  return { name, sourceClass: await dataSourceByName(name) };
}

function known(): string {
  return `Give --source one of ${dataSourceNames().join(", ")}, or the path of a module that exports a data source class.`;
}

function isPath(name: string): boolean {
  return /[\\/]/.test(name) || extname(name) !== "";
}
