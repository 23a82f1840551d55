import { CentralSession } from "../../../../src/client/central-session.ts";
import type { KeyMaterial } from "../../../../src/keys/key-material.ts";
import { KeyRing } from "../../../../src/keys/key-ring.ts";
import type { Address } from "../../../../src/net/address/address.ts";
import type { ProcessPorts } from "../machines/process-ports.ts";

/** A running command of a client that has the central do something (src/cli/client/question.ts). Rejects as `order` does. */
export async function orderCentral<T>(
  ports: ProcessPorts,
  central: Address,
  /** Null: nobody has a key. */
  material: KeyMaterial | null,
  order: (session: CentralSession) => Promise<T>,
): Promise<T> {
  if (material) ports.secure(new KeyRing(material));
  const { clock, random, network, log } = ports;
  const session = new CentralSession({ clock, random, network, log }, central, "somebody", () => {});
  session.start();
  try {
    await session.currentAttempt();
    return await order(session);
  } finally {
    session.stop();
  }
}
