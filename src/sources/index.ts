/** Data sources: files and memory behind the one port. */
export { FileBacktesting, type FileOptions } from "./file.ts";
export { InMemoryBacktesting, type InMemoryOptions } from "./memory.ts";
export { type ReadBarsOptions, readBarsFile } from "./read-bars-file.ts";
export { saveBars } from "./save-bars.ts";
