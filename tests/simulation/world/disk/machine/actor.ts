/** Who does something to a disk: a process of the product by its name, users and foreign programs, or a power loss. */
export type Actor = { readonly kind: "process"; readonly name: string } | { readonly kind: "user" | "power" };

export const USER: Actor = { kind: "user" };
export const POWER: Actor = { kind: "power" };
