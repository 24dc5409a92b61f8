/**
 * Dense numbers for what a source calls its pages, in the order of first use. Two kinds: 64-bit numbers (page numbers of
 * addresses) and names (tokens and object ids, as bytes). Both are open-addressing hash tables with linear probing, kept
 * at most half full; only the readers use them.
 */

const EMPTY = -1;

/** Mixes two words into a table index; constants of MurmurHash3's finaliser. */
function mix(low: number, high: number): number {
  let h = Math.imul(low, 0x85ebca6b) ^ Math.imul(high, 0xc2b2ae35);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  return h;
}

/** UTF-8 to text; bytes that are none appear as \xNN. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  let escaped = '', ascii = '';
  for (let at = from; at < to; at++) {
    escaped += `%${bytes[at].toString(16).padStart(2, '0')}`;
    ascii += bytes[at] < 0x80 ? String.fromCharCode(bytes[at]) : `\\x${bytes[at].toString(16)}`;
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return ascii;
  }
}

/** Unsigned 64-bit numbers, given as halves because a JavaScript number cannot hold all of them. */
export class NumberNumbering {
  count = 0;
  private slots = new Int32Array(2048).fill(EMPTY);
  private lows = new Uint32Array(1024);
  private highs = new Uint32Array(1024);

  /** The dense number of high * 2^32 + low. */
  numberOf(low: number, high: number): number {
    const mask = this.slots.length - 1;
    for (let slot = mix(low, high) & mask; ; slot = (slot + 1) & mask) {
      const id = this.slots[slot];
      if (id === EMPTY) return this.insert(slot, low, high);
      if (this.lows[id] === low >>> 0 && this.highs[id] === high >>> 0) return id;
    }
  }

  valueOf(id: number): bigint {
    return (BigInt(this.highs[id]) << 32n) | BigInt(this.lows[id]);
  }

  private insert(slot: number, low: number, high: number): number {
    const id = this.count++;
    this.slots[slot] = id;
    this.lows[id] = low;
    this.highs[id] = high;
    if (this.count === this.lows.length) this.grow();
    return id;
  }

  private grow(): void {
    const lows = new Uint32Array(this.lows.length * 2), highs = new Uint32Array(this.highs.length * 2);
    lows.set(this.lows);
    highs.set(this.highs);
    this.lows = lows;
    this.highs = highs;
    this.slots = new Int32Array(this.slots.length * 2).fill(EMPTY);
    const mask = this.slots.length - 1;
    for (let id = 0; id < this.count; id++) {
      let slot = mix(lows[id], highs[id]) & mask;
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.slots[slot] = id;
    }
  }
}

/** Names, compared byte by byte. */
export class NameNumbering {
  count = 0;
  private slots = new Int32Array(2048).fill(EMPTY);
  /** Name k is text[starts[k] .. starts[k + 1]). */
  private starts = new Uint32Array(1024);
  private hashes = new Uint32Array(1024);
  private text = new Uint8Array(8192);

  /** The dense number of bytes[from .. to). */
  numberOf(bytes: Uint8Array, from: number, to: number): number {
    let hash = 0x811c9dc5; // FNV-1a, 32 bits
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
    const mask = this.slots.length - 1;
    for (let slot = mix(hash, 0) & mask; ; slot = (slot + 1) & mask) {
      const id = this.slots[slot];
      if (id === EMPTY) return this.insert(slot, hash, bytes, from, to);
      if (this.hashes[id] === hash >>> 0 && this.equals(id, bytes, from, to)) return id;
    }
  }

  nameOf(id: number): string {
    return textOf(this.text, this.starts[id], this.starts[id + 1]);
  }

  private equals(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.starts[id];
    if (this.starts[id + 1] - start !== to - from) return false;
    for (let at = from; at < to; at++) if (this.text[start + at - from] !== bytes[at]) return false;
    return true;
  }

  private insert(slot: number, hash: number, bytes: Uint8Array, from: number, to: number): number {
    const id = this.count++;
    const start = this.starts[id];
    while (start + to - from > this.text.length) {
      const larger = new Uint8Array(this.text.length * 2);
      larger.set(this.text);
      this.text = larger;
    }
    this.text.set(bytes.subarray(from, to), start);
    this.slots[slot] = id;
    this.hashes[id] = hash;
    this.starts[id + 1] = start + to - from;
    if (this.count + 1 === this.starts.length) this.grow();
    return id;
  }

  private grow(): void {
    const starts = new Uint32Array(this.starts.length * 2), hashes = new Uint32Array(this.hashes.length * 2);
    starts.set(this.starts);
    hashes.set(this.hashes);
    this.starts = starts;
    this.hashes = hashes;
    this.slots = new Int32Array(this.slots.length * 2).fill(EMPTY);
    const mask = this.slots.length - 1;
    for (let id = 0; id < this.count; id++) {
      let slot = mix(hashes[id], 0) & mask;
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.slots[slot] = id;
    }
  }
}
