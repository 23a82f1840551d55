import type { Cancel } from "../platform/clock.ts";
import type { KeyMaterial } from "./key-material.ts";

/** The key material of a process, or of one of its threads: a new connection is made with what is current then, and keeps it. */
export class KeyRing {
  private readonly listeners = new Set<(material: KeyMaterial) => void>();

  constructor(private material: KeyMaterial) {}

  get current(): KeyMaterial {
    return this.material;
  }

  replace(material: KeyMaterial): void {
    this.material = material;
    for (const listener of [...this.listeners]) listener(material);
  }

  onChange(listener: (material: KeyMaterial) => void): Cancel {
    // A function of its own, so that each call is cancelled by itself.
    const own = (material: KeyMaterial) => listener(material);
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }
}
