/** One writer at a time, over all processes of a machine. */

import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CacheLockedError, onCache, systemCode } from "./cache-errors.ts";
import type { OnCacheEvent } from "./cache-events.ts";
import { makeFolder } from "./make-folder.ts";

/** How often the holder shows that it lives, and after how much silence it is taken for dead, ms. */
const HEARTBEAT = 5_000;
const SILENCE = 60_000;
/** Pause between two looks at a lock that is held, ms. */
const POLL = 100;

/** How to wait for a lock. */
export interface LockOptions {
  /** Longest wait, seconds. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: OnCacheEvent;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

/** Work inside this process that waits for the same lock stands in line here. */
const lines = new Map<string, Promise<unknown>>();

/**
 * Runs work while holding the lock file `path`. Others wait: in this process in line, in other processes by looking again and again. The
 * lock of a process that ended without letting go is taken over: at once on this machine, after a minute of silence on another one.
 * @throws CacheLockedError when the lock does not come free in time; CacheReadOnlyError, CacheFullError
 */
export async function withLock<Value>(path: string, options: LockOptions, work: () => Promise<Value>): Promise<Value> {
  const before = lines.get(path) ?? Promise.resolve();
  const own = before.then(
    () => lockedWork(path, options, work),
    () => lockedWork(path, options, work),
  );
  const line = own.catch(() => {});
  lines.set(path, line);
  try {
    return await own;
  } finally {
    if (lines.get(path) === line) lines.delete(path);
  }
}

async function lockedWork<Value>(path: string, options: LockOptions, work: () => Promise<Value>): Promise<Value> {
  const token = await acquire(path, options);
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), HEARTBEAT);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await release(path, token);
  }
}

async function acquire(path: string, { timeoutSeconds, signal, onEvent }: LockOptions): Promise<string> {
  const token = randomUUID();
  await onCache(dirname(path), () => makeFolder(dirname(path)));
  let told = false;
  for (let waited = 0; ; waited += POLL) {
    signal?.throwIfAborted();
    if (await onCache(path, () => tryCreate(path, token))) return token;
    const holder = await readHolder(path);
    if (await takeOver(path, holder)) {
      onEvent({ kind: "lock_taken_over", holder: describe(holder) });
      continue;
    }
    if (waited >= timeoutSeconds * 1_000) throw new CacheLockedError(path, describe(holder), timeoutSeconds);
    if (!told) onEvent({ kind: "lock_awaited", holder: describe(holder) });
    told = true;
    await delay(POLL, undefined, signal === undefined ? {} : { signal });
  }
}

async function tryCreate(path: string, token: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    try {
      await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname(), token } satisfies Holder));
    } finally {
      await file.close();
    }
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === "EEXIST") return false;
    throw thrown;
  }
}

/** Undefined while the holder is writing its name, when the file is damaged, and when it is gone. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const read: unknown = JSON.parse(await readFile(path, "utf8"));
    const holder = read as Partial<Holder>;
    return typeof holder.pid === "number" && typeof holder.host === "string" ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

/** Takes a dead process's lock out of the way. Two that try it at once: only one renames the file it has judged. */
async function takeOver(path: string, holder: Holder | undefined): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    const isSilent = Date.now() - mtimeMs > SILENCE;
    if (!(isSilent || (holder !== undefined && hasEnded(holder, mtimeMs)))) return false;
    const aside = `${path}.${randomUUID()}`;
    await rename(path, aside);
    // Between the look and the rename another process may have taken over: then what was moved is its lock, and it goes back.
    const moved = await readHolder(aside);
    if (moved?.token !== holder?.token) {
      await rename(aside, path);
      return false;
    }
    await rm(aside, { force: true });
    return true;
  } catch (thrown) {
    // Gone meanwhile: whoever held it let go.
    if (systemCode(thrown) === "ENOENT") return false;
    throw thrown;
  }
}

/** A process of this machine that is no more. One with our own number is no more when its last sign of life is older than we are. */
function hasEnded({ pid, host }: Holder, lastSign: number): boolean {
  if (host !== hostname()) return false;
  if (pid === process.pid) return lastSign < performance.timeOrigin;
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    return systemCode(thrown) === "ESRCH";
  }
}

/** Lets go, unless another took over meanwhile. */
async function release(path: string, token: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder?.token === token) await rm(path, { force: true });
}

function describe(holder: Holder | undefined): string {
  return holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
}
