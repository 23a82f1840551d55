/** A key file cannot be used. The message names it, what is wrong and what to do, and holds nothing of the key. */
export class KeyError extends Error {
  static in(path: string, wrong: string): KeyError {
    return new KeyError(`${path}: ${wrong}`);
  }
}
