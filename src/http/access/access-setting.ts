import type { TlsKey } from "../../keys/https/https-key.ts";
import type { Revocation } from "../../keys/trust/revocations.ts";

/** Who may do what over HTTP, and how: plain values, which the main thread tells to the HTTP thread whenever they change. */
export interface AccessSetting {
  /** By which tokens are judged; null: whoever can connect may do everything. */
  readonly trust: { readonly authorities: readonly string[]; readonly revocations: readonly Revocation[] } | null;
  /** Null: HTTP without TLS. */
  readonly tls: TlsKey | null;
  /** The names by which this server is called, as normalizeHost spells them. */
  readonly names: readonly string[];
  /** Whether metrics and the health paths are for everyone. */
  readonly metricsOpen: boolean;
  /** By which signed addresses are checked; null where none is known. */
  readonly addressKey: string | null;
}

/** Access for whoever can connect. */
export const OPEN_ACCESS: AccessSetting = { trust: null, tls: null, names: [], metricsOpen: true, addressKey: null };
