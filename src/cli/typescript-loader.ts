/**
 * Module hooks that let Node import a user's TypeScript: they find `helper.ts` behind `./helper.js`, strip types where Node does
 * not, and keep `backlit` one and the same package for the strategy and for the command line.
 *
 * Node runs these hooks in two ways: off-thread, where `next` answers a promise, and in-thread, where it answers at once. Every
 * hook here decides first and ends in a single `return next(...)`, so the same functions serve both.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { stripTypes } from "./strip-types.ts";

interface ResolveContext {
  readonly parentURL?: string | undefined;
}
interface LoadContext {
  readonly format?: string | null | undefined;
}
type Next<Context> = (target: string, context?: Context) => unknown;

const TYPESCRIPT_TWIN: Readonly<Record<string, string>> = { ".js": ".ts", ".mjs": ".mts" };
/** The manifest is left out: it is looked up below, and looking it up may pass through these hooks again. */
const PACKAGE = /^backlit($|\/(?!package\.json$))/;
const require = createRequire(import.meta.url);

export function resolve(specifier: string, context: ResolveContext, next: Next<ResolveContext>): unknown {
  const importer = context.parentURL;
  if (importer === undefined || !importer.startsWith("file:")) return next(specifier, context);
  if (PACKAGE.test(specifier)) {
    refuseOtherCopy(importer);
    // Seen from here the name means this very package, also for a strategy file that stands in no project at all.
    return next(specifier, { ...context, parentURL: import.meta.url });
  }
  return next(typescriptTwin(specifier, importer) ?? specifier, context);
}

export function load(url: string, context: LoadContext, next: Next<LoadContext>): unknown {
  if (!isTypeScript(url)) return next(url, context);
  // Node refuses to strip what lies under node_modules, as the example strategies of this package do once it is installed. Naming
  // the format spares a project without "type": "module" Node's guess and the warning that comes with it.
  if (nodeStripsTypes() && !url.includes("/node_modules/"))
    return next(url, { ...context, format: "module-typescript" });
  return { format: "module", source: stripTypes(readFileSync(fileURLToPath(url), "utf8"), url), shortCircuit: true };
}

/** True on Node versions that import TypeScript by themselves. */
function nodeStripsTypes(): boolean {
  const { typescript } = process.features as { readonly typescript?: false | string };
  return typescript !== undefined && typescript !== false;
}

function isTypeScript(url: string): boolean {
  return url.startsWith("file:") && /\.m?ts$/.test(url);
}

/** `./helper.ts` for `./helper.js` when only the former exists: the spelling TypeScript itself asks for. */
function typescriptTwin(specifier: string, importer: string): string | undefined {
  const extension = /^\.{1,2}\/.*?(\.m?js)$/.exec(specifier)?.[1];
  const twinExtension = extension === undefined ? undefined : TYPESCRIPT_TWIN[extension];
  if (extension === undefined || twinExtension === undefined) return undefined;
  if (existsSync(new URL(specifier, importer))) return undefined;
  const twin = specifier.slice(0, -extension.length) + twinExtension;
  return existsSync(new URL(twin, importer)) ? twin : undefined;
}

/** Two copies of the package have two `Strategy` classes, two `Asset` classes and so on, which never recognise each other. */
function refuseOtherCopy(importer: string): void {
  const own = manifestSeenFrom(import.meta.url);
  const theirs = manifestSeenFrom(importer);
  if (theirs === undefined || theirs === own) return;
  throw Object.assign(
    new Error(`${fileURLToPath(importer)} imports the copy of backlit at ${theirs}, and this command runs from ${own}`),
    { code: "BACKLIT_OTHER_COPY" },
  );
}

function manifestSeenFrom(url: string): string | undefined {
  try {
    return (url === import.meta.url ? require : createRequire(url)).resolve("backlit/package.json");
  } catch {
    return undefined;
  }
}
