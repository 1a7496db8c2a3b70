import { formatDate } from "../../market/time.ts";
import { terminalOf } from "../../run/terminal.ts";
import type { FetchProgress } from "../../sources/databento/index.ts";

/** Least time between two rewritten lines, and between two plain ones, ms. */
const REWRITE_EVERY = 100;
const PLAIN_EVERY = 2_000;

/** Shows how far a download is on stderr: one line rewritten on a terminal, a plain line now and then elsewhere. */
export class DownloadProgress {
  readonly #terminal = terminalOf(process.stderr);
  #shown = Number.NEGATIVE_INFINITY;
  #chunksShown = 0;
  #lineStands = false;

  readonly update = (progress: FetchProgress): void => {
    const { rewrites, width = 100 } = this.#terminal;
    const waited = performance.now() - this.#shown;
    const isLast = progress.chunksDone === progress.chunks && progress.chunksDone > this.#chunksShown;
    if (waited < (rewrites ? REWRITE_EVERY : PLAIN_EVERY) && !isLast) return;
    this.#shown = performance.now();
    this.#chunksShown = progress.chunksDone;
    const line = downloadText(progress).slice(0, width - 1);
    process.stderr.write(rewrites ? `${line}\u001b[K\r` : `${line}\n`);
    this.#lineStands = rewrites;
  };

  /** Takes the line away; what is written next starts on a clean one. */
  clear(): void {
    if (this.#lineStands) process.stderr.write("\u001b[K");
    this.#lineStands = false;
  }
}

/** `3/22 chunks  6.1 of 44.8 MB  13 %  ESH24 ohlcv-1m 2024-01-01..2024-03-08  1.2 MB`. Sizes are uncompressed, but that of the chunk that comes. */
function downloadText(progress: FetchProgress): string {
  const { chunksDone, chunks, bytesDone, bytes, series, span, received } = progress;
  const done = bytes === 0 ? chunksDone / Math.max(1, chunks) : bytesDone / bytes;
  return [
    `${chunksDone}/${chunks} chunks`,
    `${megabytes(bytesDone)} of ${megabytes(bytes)} MB`,
    `${Math.floor(done * 100)} %`,
    `${series.symbol} ${series.schema} ${formatDate(span.start)}..${formatDate(span.end)}`,
    ...(received === 0 ? [] : [`${megabytes(received)} MB`]),
  ].join("  ");
}

/** Millions of bytes. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1);
}
