/** The two chart libraries, which set global names before this program runs. */

/** @returns {typeof import("lightweight-charts")} */
export function chartLibrary() {
  return /** @type {any} */ (window).LightweightCharts;
}

/** @returns {typeof import("uplot")} */
export function lineLibrary() {
  return /** @type {any} */ (window).uPlot;
}
