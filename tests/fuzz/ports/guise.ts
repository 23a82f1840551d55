import type { Identity } from "../../../src/keys/identity.ts";
import { newClusterKey, newCredential } from "../../../src/keys/issue.ts";
import type { ClusterKey } from "../../../src/keys/key-contents.ts";
import { validFor } from "../../../src/keys/validity.ts";

/**
 * How an attacker connects. `plain`: without TLS; `no key`: with TLS and no certificate; `foreign`: with one of another
 * cluster; else with a credential of this cluster.
 */
export type Guise = "plain" | "no key" | "foreign" | "client" | "secondary";

/** The number of the secondary that attackers are. */
export const ATTACKING_NUMBER = 3;

const CLIENT: Identity = { role: "client", name: "mallory", rights: "read" };
const SECONDARY: Identity = { role: "secondary", number: ATTACKING_NUMBER };

/** For TLS, as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export type Certificates = ReadonlyMap<Guise, Certificate>;

/** What attackers of the cluster that has `own` show. */
export async function certificatesFor(own: ClusterKey, now: number): Promise<Certificates> {
  const foreign = await newClusterKey(now);
  const issued = async (by: ClusterKey, identity: Identity): Promise<Certificate> => {
    const { key, certificate } = await newCredential(by, identity, validFor(1, now));
    return { key, cert: certificate.pem };
  };
  return new Map<Guise, Certificate>([
    ["foreign", await issued(foreign, CLIENT)],
    ["client", await issued(own, CLIENT)],
    ["secondary", await issued(own, SECONDARY)],
  ]);
}
