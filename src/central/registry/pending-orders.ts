import type { Message, Messages } from "../../protocol/messages/messages.ts";

/** An order to rename or to remove a file that a secondary holds. */
export interface Instruction {
  /** The version that it is about. */
  readonly id: string;
  readonly message: Messages["conflict"] | Messages["remove"];
}

/** Milliseconds until a secondary is told again what it could not carry out. */
export const RETELL = 5_000;

/** What a secondary was told to rename or to remove, by name, until it does not hold it any more. Pure. */
export class Instructions {
  private readonly given = new Map<string, Instruction>();
  /** Those that it could not carry out, and when to give them again (milliseconds), in the order of time. */
  private readonly again = new Map<string, number>();

  get size(): number {
    return this.given.size;
  }

  /** Those that it is not known to be unable to carry out for now. */
  get pending(): number {
    return this.given.size - this.again.size;
  }

  has(name: string): boolean {
    return this.given.has(name);
  }

  get(name: string): Instruction | undefined {
    return this.given.get(name);
  }

  give(name: string, instruction: Instruction): void {
    this.given.set(name, instruction);
  }

  /** The secondary has said which version it holds under a name. */
  heard(name: string, id: string, now: number): void {
    if (this.given.get(name)?.id !== id) this.drop(name);
    // It was told, and has it still: it could not do it just now.
    else if (!this.again.has(name)) this.again.set(name, now + RETELL);
  }

  drop(name: string): void {
    this.given.delete(name);
    this.again.delete(name);
  }

  /** What is to be said again now. */
  due(now: number): Message[] {
    const messages: Message[] = [];
    for (const [name, until] of this.again) {
      if (until > now) break;
      this.again.delete(name);
      const instruction = this.given.get(name);
      if (instruction) messages.push(instruction.message);
    }
    return messages;
  }
}
