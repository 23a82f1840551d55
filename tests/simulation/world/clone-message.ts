/**
 * A structured clone of what one thread sends to another. It gives what `structuredClone` gives, and takes a fraction of
 * its time for the plain objects, lists and bytes that messages are made of. Throws for what no message can hold.
 */
export function cloneMessage<Message>(message: Message): Message {
  return cloneAny(message) as Message;
}

function cloneAny(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    // It throws for functions and symbols.
    return typeof value === "function" || typeof value === "symbol" ? structuredClone(value) : value;
  }
  if (Array.isArray(value)) return value.map(cloneAny);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return cloneObject(value);
  // As a Uint8Array arrives, whatever subclass it was, with no more memory than it shows.
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return structuredClone(value);
}

function cloneObject(value: object): object {
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = cloneAny(value[key as keyof typeof value]);
  return copy;
}
