/** Errors that nobody has caught: in the program they would end the process. */
export class Stray implements Disposable {
  private errors: string[] = [];
  private readonly keep = (error: unknown) => {
    this.errors.push(`nobody caught: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };

  constructor() {
    process.on("uncaughtException", this.keep);
    process.on("unhandledRejection", this.keep);
  }

  /** Those since the last call. */
  take(): string[] {
    const { errors } = this;
    this.errors = [];
    return errors;
  }

  [Symbol.dispose](): void {
    process.off("uncaughtException", this.keep);
    process.off("unhandledRejection", this.keep);
  }
}
