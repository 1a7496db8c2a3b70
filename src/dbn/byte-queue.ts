/** Bytes that wait until there are enough of them. Joining happens once, not at every push, so tiny pieces stay cheap. */
export class ByteQueue {
  #pieces: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Keeps a copy: the caller may reuse its buffer. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes.slice());
    this.#length += bytes.length;
  }

  /** Everything that waited followed by `bytes`, and empties the queue. `bytes` itself when nothing waited. */
  takeWith(bytes: Uint8Array): Uint8Array {
    if (this.#length === 0) return bytes;
    const joined = new Uint8Array(this.#length + bytes.length);
    let at = 0;
    for (const piece of this.#pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    joined.set(bytes, at);
    this.#pieces = [];
    this.#length = 0;
    return joined;
  }
}
