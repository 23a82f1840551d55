/** Milliseconds for one input, on a machine with much else to do: most take a few. */
const MAX_INPUT_MS = 120_000;
const NAME_BYTES = 256;
/** Before the name: a number that is another for each input. */
const COUNT_BYTES = 4;

/** Ends this process when one input takes for ever, and says which one: nothing else can once its thread is in a loop. */
export class HangWatch implements Disposable {
  private readonly memory = new SharedArrayBuffer(COUNT_BYTES + NAME_BYTES);
  private readonly count = new Int32Array(this.memory, 0, 1);
  private readonly name = new Uint8Array(this.memory, COUNT_BYTES);
  private readonly worker = new Worker(new URL("./hang-worker.ts", import.meta.url).href);

  constructor() {
    this.worker.postMessage({ memory: this.memory, limit: MAX_INPUT_MS, countBytes: COUNT_BYTES });
    this.worker.unref();
  }

  /** Another input begins. */
  begins(name: string): void {
    this.name.fill(0);
    new TextEncoder().encodeInto(name, this.name);
    Atomics.add(this.count, 0, 1);
  }

  [Symbol.dispose](): void {
    this.worker.terminate();
  }
}
