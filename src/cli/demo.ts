import type { Values } from "./values.ts";

export async function demo(_values: Values): Promise<number> {
  return 1;
}
