/** How many columns of a terminal a text takes. */

/** Marks that stand on the letter before them, joiners, variation selectors. */
const NO_WIDTH = /^(?:\p{M}|[\u200b-\u200f]|\u2060|[\ufe00-\ufe0f])$/u;
/** What is two columns wide: East Asian Wide and Fullwidth of Unicode's annex 11, in blocks, and emoji. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2fb}\u{20000}-\u{3fffd}]$|^\p{Emoji_Presentation}$/u;

/** Columns of one character, that is of one code point. */
function columnsOf(character: string): 0 | 1 | 2 {
  if (character < "\u0300") return 1;
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Columns of a text without control characters. Costs a step a character. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** As many characters from the beginning as fit into so many columns; never half of one. */
export function fitting(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}
