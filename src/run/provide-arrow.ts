import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type ArrowLibrary, provideArrow } from "../bars/arrow-library.ts";

/**
 * Loads the library's ES module, so that its classes are the same ones that `import "apache-arrow"` gives: a table of another copy is
 * no table to it.
 */
provideArrow(() => {
  const require = createRequire(import.meta.url);
  const entry = import.meta.resolve("apache-arrow");
  return require(fileURLToPath(entry)) as ArrowLibrary;
});
