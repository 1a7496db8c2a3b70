/** Length of the longest run of neighbouring values for which `holds`. */
export function longestStreak(values: Float64Array, holds: (value: number) => boolean): number {
  let longest = 0;
  let current = 0;
  for (const value of values) {
    current = holds(value) ? current + 1 : 0;
    if (current > longest) longest = current;
  }
  return longest;
}
