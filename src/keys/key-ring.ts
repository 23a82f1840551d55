import type { Cancel } from "../platform/clock.ts";
import type { KeyMaterial } from "./key-material.ts";
import { Authorities } from "./trust/authorities.ts";
import { Revocations } from "./trust/revocations.ts";

/** By what the other end of a connection is judged. */
export interface Trust {
  readonly authorities: Authorities;
  readonly revocations: Revocations;
}

/** The key material of a process, or of one of its threads: a new connection is made with what is current then, and keeps it. */
export class KeyRing {
  private readonly listeners = new Set<(material: KeyMaterial) => void>();

  readonly revocations = new Revocations();
  private authorities: Authorities;

  constructor(private material: KeyMaterial) {
    this.authorities = new Authorities(material.authorities);
  }

  get current(): KeyMaterial {
    return this.material;
  }

  /** What goes with `current`: the authorities of a connection stay those that it began with. */
  get trust(): Trust {
    return { authorities: this.authorities, revocations: this.revocations };
  }

  replace(material: KeyMaterial): void {
    this.material = material;
    this.authorities = new Authorities(material.authorities);
    for (const listener of [...this.listeners]) listener(material);
  }

  onChange(listener: (material: KeyMaterial) => void): Cancel {
    // A function of its own, so that each call is cancelled by itself.
    const own = (material: KeyMaterial) => listener(material);
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }
}
