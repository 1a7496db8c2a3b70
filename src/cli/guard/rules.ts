import { callArguments } from "./call-arguments.ts";
import type { SourceText } from "./source-text.ts";

/** What a finding is about. */
export type RuleName =
  /** The billed address of the service in a text: a request past every client. */
  | "billed-address"
  /** The service's address with the endpoint left open, so that a billed one may come in. */
  | "open-address"
  /** A billed call of a client without the approval of a quote. */
  | "no-approval"
  /** A billed method handed on instead of called. */
  | "detached-call"
  /** The part of this package that makes approvals, reached by its path. */
  | "forged-approval";

/** A place that may spend money past the cost gate. */
export interface Suspicion {
  readonly rule: RuleName;
  /** Index in the file. */
  readonly at: number;
  readonly message: string;
}

const ENDPOINT = /^(?:timeseries[./]get_range|batch[./]submit_job)$/;
const BILLED_PATH = /\bv\d+\/(?:timeseries\.get_range|batch\.submit_job)\b/;
const HOST = "hist.databento.com";
/** The address up to its endpoint, and there nothing or something that is filled in later. */
const OPEN_ADDRESS = /hist\.databento\.com(?::\d+)?\/v\d+\/?(?:$|\$?\{|%s)/;
/** A text with blanks before the address is a sentence about it, unless it is a command. */
const SENTENCE = /^\s*\S+\s.*\bv\d+\//s;
const COMMAND = /\b(?:curl|wget|http|https|xh)\s/;

const METHOD = "(?:get_?range|submit_?job)(?:_?async)?";
const GROUPS = "(?:timeseries|batch)";
/** Data under a subscription of its own, without a price a request. */
const REFERENCE_DATA = /\b(?:corporate_actions|adjustment_factors|security_master)\s*$/;

/** Billed addresses, in the texts of a file of any language. */
export function addressRules(source: SourceText): Suspicion[] {
  const knowsHost = source.strings.some(({ text }) => text.includes(HOST));
  return source.strings.flatMap(({ text, start }): Suspicion[] => {
    if (BILLED_PATH.test(text) && (!SENTENCE.test(text) || COMMAND.test(text)))
      return [{ rule: "billed-address", at: start, message: "requests billed data at its address" }];
    if (knowsHost && ENDPOINT.test(text.trim()))
      return [{ rule: "billed-address", at: start, message: "names a billed endpoint beside the service's address" }];
    if (OPEN_ADDRESS.test(text.trim()))
      return [
        { rule: "open-address", at: start, message: "requests the service with an endpoint that is not told here" },
      ];
    return [];
  });
}

/** Billed calls in JavaScript and TypeScript. */
export function javascriptRules(source: SourceText): Suspicion[] {
  const foreign = importsForeignClient(source);
  return [
    ...billedCalls(source, foreign).flatMap(({ at, name, end }) => judgeCall(source, { at, name, end, foreign })),
    ...bracketAccess(source),
    ...destructured(source),
    ...forgedApprovals(source),
  ];
}

/** Billed calls in Python. No client there knows an approval. */
export function pythonRules(source: SourceText): Suspicion[] {
  const foreign = /^[ \t]*(?:import|from)\s+databento\b/m.test(source.code);
  const calls = billedCalls(source, foreign).map(({ at, name, end }): Suspicion => {
    const called = /^\s*\(/.test(source.code.slice(end));
    return called ? unapproved(at, name) : detached(at, name);
  });
  return [...calls, ...byGetattr(source)];
}

interface BilledCall {
  /** Where the method's group, or its dot, stands. */
  readonly at: number;
  /** `timeseries.getRange` */
  readonly name: string;
  /** After the method's name. */
  readonly end: number;
}

/** `x.timeseries.getRange`, the same behind a name given to `x.timeseries`, and with a vendor's client in the file on anything. */
function billedCalls({ code }: SourceText, foreign: boolean): BilledCall[] {
  const found = new Map<number, BilledCall>();
  const objects = [GROUPS, ...aliases(code)].join("|");
  const patterns = [new RegExp(`\\b(?:${objects})\\s*\\??\\.\\s*${METHOD}\\b`, "gi")];
  if (foreign) patterns.push(new RegExp(`\\.\\s*${METHOD}\\b`, "gi"));
  for (const match of patterns.flatMap((pattern) => [...code.matchAll(pattern)])) {
    const end = match.index + match[0].length;
    if (found.has(end) || REFERENCE_DATA.test(code.slice(0, match.index))) continue;
    found.set(end, { at: match.index, name: match[0].replaceAll(/\s|\?/g, "").replace(/^\./, ""), end });
  }
  return [...found.values()];
}

/** Names that stand for a group: `const ts = client.timeseries`, `ts = client.timeseries`. */
function aliases(code: string): string[] {
  const names = code.matchAll(new RegExp(`\\b([A-Za-z_]\\w*)\\s*=\\s*[^=;\\n]*\\.${GROUPS}[ \\t]*(?:;|,|$)`, "gim"));
  return [...names].map(([, name = ""]) => name);
}

interface JudgedCall extends BilledCall {
  readonly foreign: boolean;
}

function judgeCall(source: SourceText, { at, name, end, foreign }: JudgedCall): Suspicion[] {
  const args = callArguments(source.code, end);
  if (args === undefined) return isTypeQuery(source.code, at) ? [] : [detached(at, name)];
  // Our own client spells it getRange, and takes the approval in its second argument.
  if (foreign || name.includes("_")) return [unapproved(at, name)];
  const options = args[1]?.trim() ?? "";
  if (options === "" || (options.startsWith("{") && !/\bapproval\b|\.\.\./.test(options)))
    return [unapproved(at, name)];
  return [];
}

function isTypeQuery(code: string, at: number): boolean {
  return /\btypeof\s+[\w$.]*$/.test(code.slice(Math.max(0, at - 80), at));
}

/** `client["timeseries"]["getRange"]`: names in quotes are blanked in the code. */
function bracketAccess({ original, strings }: SourceText): Suspicion[] {
  const method = new RegExp(`^${METHOD}$`, "i");
  const group = new RegExp(`\\b${GROUPS}["'\`\\])?.\\s]*\\[\\s*$`);
  return strings.flatMap(({ text, start }): Suspicion[] => {
    if (!method.test(text) || !group.test(original.slice(Math.max(0, start - 60), start))) return [];
    return [detached(start, text)];
  });
}

/** `const { getRange } = client.timeseries` */
function destructured({ code }: SourceText): Suspicion[] {
  const pattern = new RegExp(`\\{[^{}]*\\b(${METHOD})\\b[^{}]*\\}\\s*=\\s*[^;\\n]*\\b${GROUPS}\\b`, "gi");
  return [...code.matchAll(pattern)].map((match) => detached(match.index, match[1] ?? ""));
}

/** `getattr(client.timeseries, "get_range")` */
function byGetattr({ code, strings }: SourceText): Suspicion[] {
  const method = new RegExp(`^${METHOD}$`, "i");
  return strings.flatMap(({ text, start }): Suspicion[] =>
    method.test(text) && /\bgetattr\s*\([^()\n]*$/.test(code.slice(Math.max(0, start - 120), start))
      ? [detached(start, text)]
      : [],
  );
}

/** Another package's client: `import x from "databento"`. Ours is `backlit/databento`, and relative paths are somebody's own code. */
function importsForeignClient({ original, code, strings }: SourceText): boolean {
  return strings.some(({ text, start }) => {
    if (!/databento/i.test(text) || /^(?:[./]|backlit\/)|\s/.test(text)) return false;
    return (
      /(?:\bfrom|\bimport|\b(?:import|require)\s*\()\s*$/.test(code.slice(Math.max(0, start - 30), start)) &&
      !/\bimport\s+type\b[^;]*$/.test(original.slice(Math.max(0, start - 200), start))
    );
  });
}

function forgedApprovals({ strings }: SourceText): Suspicion[] {
  return strings
    .filter(({ text }) => /backlit\/(?:dist|src)\/databento\/cost-approval/.test(text))
    .map(({ start }) => ({
      rule: "forged-approval",
      at: start,
      message: "reaches for the part of the package that makes approvals",
    }));
}

function unapproved(at: number, name: string): Suspicion {
  return { rule: "no-approval", at, message: `calls ${name}, which is billed, without an approved quote` };
}

function detached(at: number, name: string): Suspicion {
  return { rule: "detached-call", at, message: `takes the billed method ${name} from its client` };
}
