import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { BatchFile } from "./answer-types.ts";
import { DownloadFileError, HashMismatchError, NetworkError, UnexpectedAnswerError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { sha256Of } from "./file-hash.ts";
import { DatabentoHttpError } from "./http-errors.ts";
import { isWorthRepeating } from "./retry.ts";
import type { Transport } from "./transport.ts";

/** How far a download is. */
export interface Progress {
  readonly file: string;
  /** Bytes of the file on this disk. */
  readonly bytes: number;
  readonly totalBytes: number;
}

/** One file to bring. */
export interface DownloadTask {
  readonly file: BatchFile;
  /** Where it is to lie. */
  readonly path: string;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

const PART_SUFFIX = ".part";
const RANGE_NOT_SATISFIABLE = 416;
const PARTIAL = 206;
const NEVER = new AbortController().signal;

/** Brings one file here, from where an earlier attempt ended, and checks it. */
export async function downloadFile(transport: Transport, task: DownloadTask): Promise<void> {
  const { file, path } = task;
  const present = await sizeOf(path);
  if (present !== undefined) return checkPresent(transport, task, present);
  const part = `${path}${PART_SUFFIX}`;
  await fetchAll(transport, task, part);
  const found = await differenceOf(transport, file, part);
  if (found !== undefined) {
    // What is wrong cannot be mended by going on: the next call starts afresh.
    await onDisk(part, () => rm(part, { force: true }));
    throw new HashMismatchError(
      path,
      found.expected,
      found.found,
      "the part was removed: download again (free for 30 days)",
    );
  }
  await onDisk(path, () => rename(part, path));
}

async function checkPresent(transport: Transport, { file, path }: DownloadTask, present: number): Promise<void> {
  const found =
    present === file.size
      ? await differenceOf(transport, file, path)
      : { expected: `${file.size} bytes`, found: `${present} bytes` };
  if (found === undefined) return;
  throw new HashMismatchError(
    path,
    found.expected,
    found.found,
    "another file has this name: move it away, then download again",
  );
}

/**
 * Goes on until the file has its size. What cannot be opened after the transport's own retries is final; a body that breaks is
 * gone on with, and only attempts that brought nothing count.
 */
async function fetchAll(transport: Transport, task: DownloadTask, part: string): Promise<void> {
  const { maxRetries, backoff } = transport.options;
  const { size } = task.file;
  if (size === 0) await onDisk(part, async () => (await open(part, "w")).close());
  let failures = 0;
  for (let have = await startOf(part, size); have < size; ) {
    const exchange = await openRest(transport, task, part, have);
    const failure = exchange === undefined ? cutShort(task, 0) : await bodyFailure(exchange, task, part, have);
    const now = (await sizeOf(part)) ?? 0;
    failures = now > have ? 0 : failures + 1;
    have = now;
    if (have >= size) return;
    if (failure !== undefined && !isWorthRepeating(failure, "always", backoff)) throw failure;
    if (failures > maxRetries) throw failure ?? cutShort(task, have);
    await sleep(backoff.firstMs, undefined, { signal: task.signal ?? NEVER }).catch(() =>
      task.signal?.throwIfAborted(),
    );
  }
}

/** Size of the part to go on from; a part that is too long is not one of this file. */
async function startOf(part: string, size: number): Promise<number> {
  const have = (await sizeOf(part)) ?? 0;
  if (have <= size) return have;
  await onDisk(part, () => rm(part, { force: true }));
  return 0;
}

/** The rest of the file as an answer; undefined when the part here does not fit the file there, and was thrown away. */
async function openRest(
  transport: Transport,
  task: DownloadTask,
  part: string,
  have: number,
): Promise<Exchange | undefined> {
  const request = {
    endpoint: pathOf(task.file),
    method: "GET",
    fields: {},
    family: "batch",
    repeat: "always",
    accept: "application/octet-stream, */*;q=0.5",
    headers: have === 0 ? {} : { range: `bytes=${have}-` },
  } as const;
  try {
    const { body } = await transport.repeated(request, task.signal, async (exchange) => exchange);
    return body;
  } catch (thrown) {
    if (!(thrown instanceof DatabentoHttpError) || thrown.status !== RANGE_NOT_SATISFIABLE || have === 0) throw thrown;
    await onDisk(part, () => rm(part, { force: true }));
    return undefined;
  }
}

/** Writes an answer to its end; the error when that fails, undefined when not. */
async function bodyFailure(exchange: Exchange, task: DownloadTask, part: string, have: number): Promise<unknown> {
  try {
    await writeRest(exchange, task, part, startsAt(exchange, have));
    return undefined;
  } catch (thrown) {
    return thrown;
  } finally {
    exchange.close();
  }
}

/** Where the bytes of the answer belong. A server that knows no ranges answers 200 and starts over. */
function startsAt(exchange: Exchange, have: number): number {
  const { endpoint, status } = exchange.head;
  if (status !== PARTIAL) return 0;
  const range = exchange.headers.get("content-range") ?? "";
  if (new RegExp(`^bytes ${have}-`).test(range)) return have;
  throw new UnexpectedAnswerError(endpoint, status, `found the range '${range}', expected one from byte ${have}`);
}

async function writeRest(exchange: Exchange, task: DownloadTask, part: string, from: number): Promise<void> {
  const handle = await onDisk(part, () => open(part, from === 0 ? "w" : "r+"));
  try {
    let at = from;
    for (let bytes = await exchange.read(); bytes !== undefined; bytes = await exchange.read()) {
      if (at + bytes.length > task.file.size) throw tooLong(exchange, task.file.size);
      const piece = bytes;
      await onDisk(part, () => writeAll(handle, piece, at));
      at += piece.length;
      task.onProgress?.({ file: task.file.filename, bytes: at, totalBytes: task.file.size });
    }
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

/** How a complete file differs from what was announced; undefined when it does not. */
async function differenceOf(transport: Transport, file: BatchFile, path: string) {
  const expected = /^sha256:([0-9a-f]{64})$/i.exec(file.hash ?? "")?.[1]?.toLowerCase();
  if (expected === undefined) {
    transport.options.onEvent({ kind: "unverified", endpoint: "batch.download", file: path });
    return undefined;
  }
  const found = await onDisk(path, () => sha256Of(path));
  return found === expected ? undefined : { expected: `sha256 ${expected}`, found: `sha256 ${found}` };
}

/**
 * Path below `/v0/` of a file. Only the path of the announced address is used, on the client's own host: the key must not go
 * wherever a list says, and behind a proxy the service names itself by its own name.
 */
function pathOf(file: BatchFile): string {
  const address = file.urls?.https ?? "";
  const path = URL.canParse(address)
    ? /^.*?\/v0\/(batch\/download\/.+)$/.exec(new URL(address).pathname)?.[1]
    : undefined;
  if (path !== undefined && !path.split("/").includes("..")) return path;
  const message = `found no https address of '${file.filename}', expected one below /v0/batch/download/`;
  throw new UnexpectedAnswerError("batch.list_files", 200, message, {
    hint: "the job may not be done: see getJobDetails",
  });
}

/** The connection ended in good order and too early. */
function cutShort({ file }: DownloadTask, bytes: number): NetworkError {
  return new NetworkError(
    "batch.download",
    `Download '${file.filename}': found ${bytes} bytes, expected ${file.size}`,
    {},
  );
}

function tooLong(exchange: Exchange, size: number): UnexpectedAnswerError {
  const { endpoint, status } = exchange.head;
  return new UnexpectedAnswerError(endpoint, status, `found more than the announced ${size} bytes`);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

async function onDisk<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    throw new DownloadFileError(path, thrown instanceof Error ? thrown : new Error(String(thrown)));
  }
}
