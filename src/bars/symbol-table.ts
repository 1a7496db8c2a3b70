const HASH_FACTOR = 31;

/** Numbers the symbols of a file from 0 in order of appearance, from bytes and without making a string a row. */
export class SymbolTable {
  readonly names: string[] = [];
  readonly #spelling: Uint8Array[] = [];
  readonly #idsOfHash = new Map<number, number[]>();
  #last = -1;

  /** The number of the symbol in `bytes[start, end)`. */
  idOf(bytes: Uint8Array, start: number, end: number): number {
    if (this.#last >= 0 && this.#isSymbol(this.#last, bytes, start, end)) return this.#last;
    let hash = end - start;
    for (let position = start; position < end; position++) {
      hash = (Math.imul(hash, HASH_FACTOR) + (bytes[position] as number)) | 0;
    }
    const candidates = this.#idsOfHash.get(hash);
    const known = candidates?.find((id) => this.#isSymbol(id, bytes, start, end));
    this.#last = known ?? this.#add(hash, candidates, bytes.slice(start, end));
    return this.#last;
  }

  #isSymbol(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const spelling = this.#spelling[id];
    if (spelling === undefined || spelling.length !== end - start) return false;
    for (let index = 0; index < spelling.length; index++) {
      if (spelling[index] !== bytes[start + index]) return false;
    }
    return true;
  }

  #add(hash: number, candidates: number[] | undefined, spelling: Uint8Array): number {
    const id = this.names.length;
    this.names.push(new TextDecoder().decode(spelling).replaceAll('""', '"'));
    this.#spelling.push(spelling);
    if (candidates === undefined) this.#idsOfHash.set(hash, [id]);
    else candidates.push(id);
    return id;
  }
}
