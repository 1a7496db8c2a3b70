/** A text inside quotes, or a comment. */
export interface TextPiece {
  /** Without quotes or comment marks; what a template fills in stands as `${}`. */
  readonly text: string;
  /** Index of its first character, the quote or mark. */
  readonly start: number;
  /** Index after its last character. */
  readonly end: number;
}

/** A source file taken apart: what runs, what is text, what is comment. */
export interface SourceText {
  /** The file as it is. */
  readonly original: string;
  /** The file with the insides of strings and all comments blanked; every other character keeps its place. */
  readonly code: string;
  readonly strings: readonly TextPiece[];
  readonly comments: readonly TextPiece[];
}

/** Collects pieces while a file is read, and blanks them out of the code. */
export class PieceCollector {
  readonly strings: TextPiece[] = [];
  readonly comments: TextPiece[] = [];
  readonly #original: string;
  readonly #blanked: [start: number, end: number][] = [];

  constructor(original: string) {
    this.#original = original;
  }

  blank(start: number, end: number): void {
    this.#blanked.push([start, end]);
  }

  comment(start: number, end: number): void {
    this.comments.push({ text: this.#original.slice(start, end), start, end });
    this.blank(start, end);
  }

  string(start: number, end: number, text: string): void {
    this.strings.push({ text, start, end });
  }

  finish(): SourceText {
    const parts: string[] = [];
    let at = 0;
    for (const [start, end] of this.#blanked.sort(([left], [right]) => left - right)) {
      parts.push(this.#original.slice(at, start), this.#original.slice(start, end).replace(/[^\n]/g, " "));
      at = end;
    }
    parts.push(this.#original.slice(at));
    return { original: this.#original, code: parts.join(""), strings: this.strings, comments: this.comments };
  }
}
