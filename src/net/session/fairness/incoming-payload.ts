import { MAX_SMALL_HEADER_BYTES, PAYLOAD_STEP_BYTES } from "../../../protocol/limits.ts";
import type { ServerLoad } from "./server-load.ts";

/** The payload of a peer's message while it comes: it gathers in memory, and counts with all that waits there. */
export class IncomingPayload {
  private bytes: Uint8Array | null = null;
  /** Bytes of the step that has begun. */
  private fresh = 0;
  private steps = 0;

  /** `load`: null at the side that connects, which waits for what it has asked for. */
  constructor(private readonly load: ServerLoad | null) {}

  /** Where the next payload gathers; null where there is no memory for it now. */
  begin(length: number): Uint8Array | null {
    this.drop();
    // A small one takes no more than a header may.
    if (this.load?.isFull && length > MAX_SMALL_HEADER_BYTES) return null;
    this.load?.add(length);
    this.bytes = new Uint8Array(length);
    return this.bytes;
  }

  /** More of it has come. */
  came(bytes: number): void {
    this.fresh += bytes;
    if (this.fresh >= PAYLOAD_STEP_BYTES) this.nextStep();
  }

  /** Another number below zero whenever it has come a step further; null while none comes, and where nobody must hurry. */
  get progress(): number | null {
    return this.bytes === null || this.load === null ? null : -this.steps;
  }

  /** The whole payload, which is the caller's now; null where it did not gather. */
  detach(): Uint8Array | null {
    const { bytes } = this;
    this.drop();
    return bytes;
  }

  /** It is not wanted any more. */
  drop(): void {
    if (this.bytes === null) return;
    this.load?.add(-this.bytes.length);
    this.bytes = null;
    this.nextStep();
  }

  private nextStep(): void {
    this.fresh = 0;
    this.steps += 1;
  }
}
