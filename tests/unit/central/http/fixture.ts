import type { Registry } from "../../../../src/central/registry/registry.ts";
import type { WebAddress } from "../../../../src/http/server/web-address.ts";
import type { HeldFile } from "../../../../src/protocol/messages/secondary.ts";
import { join } from "../fixtures.ts";

/** Where secondary `number` answers HTTP. */
export function webAddress(number: number): WebAddress {
  return { host: `10.0.0.${number}`, port: 8080 + number, tls: false };
}

/** A secondary that answers HTTP, and has announced all of its files. */
export function joinWithHttp(registry: Registry, number: number, files: readonly HeldFile[] = []): void {
  join(registry, number, files, 0, webAddress(number));
}
