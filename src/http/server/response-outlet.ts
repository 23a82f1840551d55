/** A response of the runtime, as far as its body is written. */
interface Outgoing {
  readonly destroyed: boolean;
  write(bytes: Uint8Array, taken: () => void): unknown;
}

/** The body of a response, as far as its other end takes it. */
export class ResponseOutlet {
  /** The runtime has bytes that the system has not taken yet. */
  private isHolding = false;
  /** Continues the response once the other end has taken what it was sent, or is gone. */
  private goOn: () => void = () => {};

  constructor(private readonly outgoing: Outgoing) {}

  /** Nobody takes anything any more. */
  get isClosed(): boolean {
    return this.outgoing.destroyed;
  }

  /** What was written last is not taken yet. */
  get isFull(): boolean {
    return this.isHolding;
  }

  /**
   * Without a callback the runtime says that it has taken what it holds itself: up to 64 KiB for each reader whose
   * connection takes nothing.
   */
  write(bytes: Uint8Array): void {
    if (this.isClosed) return;
    this.isHolding = true;
    this.outgoing.write(bytes, this.emptied);
  }

  /** `run` is called whenever it is not full any more, or closed, in the place of what was given before. */
  whenTaken(run: () => void): void {
    this.goOn = run;
  }

  /** Resolves once the other end has taken what it was sent, which may be before this is asked, or is gone. */
  taken(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.goOn = resolve;
      if (!this.isFull || this.isClosed) resolve();
    });
  }

  /** It is closed. */
  closed(): void {
    this.goOn();
  }

  private readonly emptied = () => {
    this.isHolding = false;
    this.goOn();
  };
}
