/** A ZIP archive of files that are stored and not compressed. Layout: PKWARE APPNOTE 4.3. */

import type { BatchFile } from "./batch-files.ts";

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
/** 1980-01-01, so that the same files give the same archive. */
const NO_DATE = 0x0021;
const VERSION = 20;

/** The bytes of an archive, file by file. Sizes above 4 GB would need another form of it. */
export async function* zipOf(files: readonly BatchFile[]): AsyncGenerator<Uint8Array> {
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const file of files) {
    const head = record(LOCAL_HEADER, file, undefined);
    directory.push(record(CENTRAL_HEADER, file, offset));
    yield head;
    yield* file.open();
    offset += head.length + file.size;
  }
  yield* directory;
  yield endRecord(
    files.length,
    directory.reduce((sum, entry) => sum + entry.length, 0),
    offset,
  );
}

/** A header of a file; with an offset the one of the directory. */
function record(signature: number, file: BatchFile, offset: number | undefined): Uint8Array {
  const name = new TextEncoder().encode(file.filename);
  const isCentral = offset !== undefined;
  const bytes = new Uint8Array((isCentral ? 46 : 30) + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  view.setUint16(4, VERSION, true);
  // In the directory a second version number comes in between.
  const at = isCentral ? 6 : 4;
  view.setUint16(at, VERSION, true);
  view.setUint16(at + 8, NO_DATE, true);
  view.setUint32(at + 10, file.crc32, true);
  view.setUint32(at + 14, file.size, true);
  view.setUint32(at + 18, file.size, true);
  view.setUint16(at + 22, name.length, true);
  if (isCentral) view.setUint32(42, offset, true);
  bytes.set(name, isCentral ? 46 : 30);
  return bytes;
}

function endRecord(count: number, size: number, offset: number): Uint8Array {
  const bytes = new Uint8Array(22);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, END_OF_DIRECTORY, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  return bytes;
}
