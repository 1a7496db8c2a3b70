/** The Arrow library, which takes longer to load than everything else together, is loaded when a table is first made. */

export type ArrowLibrary = typeof import("apache-arrow");

let load: () => ArrowLibrary = () => {
  throw new Error("The Arrow library was not provided; the package's entry does that");
};
let loaded: ArrowLibrary | undefined;

/** Says how to load the library, at once and not by a promise. How to do that is no business of this folder. */
export function provideArrow(loader: () => ArrowLibrary): void {
  load = loader;
}

export function arrowLibrary(): ArrowLibrary {
  loaded ??= load();
  return loaded;
}
