/** A number that looks drawn by chance and is the same for the same words: decisions of a strategy in a test. */
export function hash(...words: number[]): number {
  let value = 2166136261;
  for (const word of words) value = Math.imul(value ^ (word | 0), 16777619) ^ (value >>> 13);
  return value >>> 0;
}
