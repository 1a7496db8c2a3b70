/** Buying one chunk: from the stream to a checked file that is not yet part of the cache. */

import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { CostApproval, Historical, RangeStream, StreamParams } from "../../databento/index.ts";
import { DbnError } from "../../dbn/index.ts";
import { cacheErrorFrom, onCache } from "../../store/cache-errors.ts";
import { makeFolder } from "../../store/make-folder.ts";
import type { SeriesStore } from "../../store/series-store.ts";
import { chunkDecoder, type DecodedChunk } from "./chunk-decoder.ts";
import { UnreadableDataError } from "./errors.ts";

/** A chunk to buy. */
export interface ChunkOrder {
  readonly params: StreamParams;
  readonly approval: CostApproval;
  /** What it is, for messages. */
  readonly name: string;
  readonly series: SeriesStore;
  /** Folder for what cannot be read. */
  readonly quarantine: string;
  readonly signal: AbortSignal | undefined;
  /** Told once, when the first bytes have come: from here on it is paid. */
  readonly onPaid: (stream: RangeStream) => Promise<void>;
  /** Told after every piece, bytes as sent so far. */
  readonly onBytes: (bytes: number) => void;
}

/** A chunk as it came, whole and sound, in a file that still has no name. */
export interface DownloadedChunk extends DecodedChunk {
  readonly part: string;
  /** Hex. */
  readonly sha256: string;
  /** As sent, compressed. */
  readonly bytes: number;
  /** Whether some symbols did not resolve for all of the span. */
  readonly partial: boolean;
}

/**
 * Streams a chunk into a file, hashing and decoding it on the way. When anything fails no file of it is left in the series.
 * @throws {UnreadableDataError} when what came is no sound DBN; it is moved to quarantine
 * @throws {DatabentoError} of the client; CacheFullError, CacheReadOnlyError
 */
export async function downloadChunk(client: Historical, order: ChunkOrder): Promise<DownloadedChunk> {
  const part = await order.series.newPart(randomUUID());
  const file = await onCache(part, () => open(part, "wx"));
  try {
    const content = await receive(client, order, file, part);
    await onCache(part, () => file.sync());
    await file.close();
    return { part, ...content };
  } catch (thrown) {
    await file.close().catch(() => {});
    if (!(thrown instanceof DbnError)) {
      await rm(part, { force: true }).catch(() => {});
      throw thrown;
    }
    throw await unreadable(order, part, thrown);
  }
}

async function receive(client: Historical, order: ChunkOrder, file: FileHandle, path: string) {
  const { params, approval, signal, onPaid, onBytes } = order;
  const stream = client.timeseries.getRange(params, { approval, ...(signal === undefined ? {} : { signal }) });
  const hash = createHash("sha256");
  const decoder = chunkDecoder(params.schema);
  let failure: DbnError | undefined;
  let paid = false;
  for await (const bytes of stream) {
    if (!paid) await onPaid(stream);
    paid = true;
    hash.update(bytes);
    await writeAll(file, bytes, path);
    onBytes(stream.bytesReceived);
    // Bytes that make no sense are paid as well: all of them are kept, so that somebody can look into them.
    failure ??= failureOf(() => decoder.push(bytes));
    if (failure?.code === "limit") break;
  }
  if (failure !== undefined) throw failure;
  const decoded = decoder.finish();
  checkSchema(params.schema, decoded.metadata?.schema);
  return { ...decoded, sha256: hash.digest("hex"), bytes: stream.bytesReceived, partial: stream.partial === true };
}

/** Days where hours were asked for would decode without a word. */
function checkSchema(expected: string, found: string | undefined): void {
  if (found === expected) return;
  throw new DbnError("wrong_schema", { attempt: "Read what was asked for", found: `schema ${found}`, expected });
}

function failureOf(decode: () => void): DbnError | undefined {
  try {
    decode();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof DbnError) return thrown;
    throw thrown;
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, path: string): Promise<void> {
  try {
    await file.writeFile(bytes);
  } catch (thrown) {
    throw cacheErrorFrom(path, thrown);
  }
}

async function unreadable({ name, quarantine }: ChunkOrder, part: string, cause: DbnError): Promise<unknown> {
  const kept = join(quarantine, `${basename(part).replace(/^\./, "")}.dbn.zst`);
  await onCache(kept, async () => {
    await makeFolder(quarantine);
    await rename(part, kept);
  });
  return new UnreadableDataError(name, kept, cause);
}
