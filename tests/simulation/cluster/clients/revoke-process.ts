import type { KeyMaterial } from "../../../../src/keys/key-material.ts";
import type { Address } from "../../../../src/net/address/address.ts";
import { PeerError } from "../../../../src/protocol/errors.ts";
import type { RevocationOrder } from "../keys/revocation-record.ts";
import type { ProcessPorts } from "../machines/process-ports.ts";
import { orderCentral } from "./order-process.ts";

/** A running `redes key revoke`: what src/cli/key/revoke.ts does. Says what has come of it. */
export async function revokeKey(
  ports: ProcessPorts,
  central: Address,
  material: KeyMaterial,
  fingerprint: string,
): Promise<Pick<RevocationOrder, "outcome" | "reason">> {
  try {
    const { fault } = await orderCentral(ports, central, material, (session) => session.revoke(fingerprint));
    return fault === null ? { outcome: "revoked", reason: "" } : { outcome: "failed", reason: fault };
  } catch (error) {
    const isRefused = error instanceof PeerError && error.code === "key";
    return {
      outcome: isRefused ? "refused" : "failed",
      reason: error instanceof Error ? error.message : String(error),
    };
  }
}
