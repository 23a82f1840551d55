const YES = new Set(["y", "yes", "s", "si", "sí"]);

/** A question to the user. The next line that is typed is the answer. */
export class Question {
  private settle: ((yes: boolean) => void) | null = null;

  get isOpen(): boolean {
    return this.settle !== null;
  }

  /** Resolves with the answer: everything but a yes is a no. A question that is open is answered with no. */
  ask(): Promise<boolean> {
    this.answer("");
    return new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  /** Does nothing where nothing was asked. */
  answer(line: string): void {
    const settle = this.settle;
    this.settle = null;
    settle?.(YES.has(line.trim().toLowerCase()));
  }
}
