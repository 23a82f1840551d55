/** The first bytes of records of TLS, by which programs tell it from other protocols. */
const HANDSHAKE = 22;
const ALERT = 21;
const VERSION = [3, 3] as const;
const HEADER_BYTES = 5;

/** A record of a handshake with any content. */
export function handshakeRecord(content: Uint8Array): Uint8Array {
  const header = Uint8Array.of(HANDSHAKE, ...VERSION, content.length >> 8, content.length & 255);
  return Buffer.concat([header, content]);
}

/** Said to who does not speak TLS: a fatal alert, protocol_version. */
export const NO_TLS_ALERT = Uint8Array.of(ALERT, ...VERSION, 0, 2, 2, 70);

/** Whether these first bytes of a connection are TLS. No frame of redes begins so: it would be too long. */
export function isTls(bytes: Uint8Array): boolean {
  return bytes[0] === HANDSHAKE || bytes[0] === ALERT;
}

/** Cuts what comes in a handshake into records. */
export class RecordReader {
  private gathered: Uint8Array = new Uint8Array(0);

  /** Takes bytes; gives the content of the record that they complete, "not TLS", or null while more must come. */
  push(bytes: Uint8Array): Uint8Array | "not TLS" | null {
    this.gathered = Buffer.concat([this.gathered, bytes]);
    const { gathered } = this;
    if (gathered.length > 0 && gathered[0] !== HANDSHAKE) return "not TLS";
    const [, , , high = 0, low = 0] = gathered;
    const end = HEADER_BYTES + high * 256 + low;
    if (gathered.length < HEADER_BYTES || gathered.length < end) return null;
    this.gathered = gathered.subarray(end);
    return gathered.subarray(HEADER_BYTES, end);
  }

  /** What has come after the last record. */
  rest(): Uint8Array {
    const { gathered } = this;
    this.gathered = new Uint8Array(0);
    return gathered;
  }
}
