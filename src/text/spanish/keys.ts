import type { keysText as english } from "../english/keys.ts";
import { plural } from "../plural.ts";

export const keysText: typeof english = {
  columns: {
    whose: "de quién",
    rights: "permisos",
    until: "hasta",
    seen: "vista",
    fingerprint: "huella",
    revoked: "revocada",
  },
  roles: { central: "central", secondary: "secundario", client: "cliente" },
  none: "aún no ha venido nadie con una clave",
  neverSeen: "nunca vista",
  clusterKey: (who) => `${who} (clave del clúster)`,
  sessionsNow: (count) => `ahora, ${count} ${plural(Number(count), "sesión", "sesiones")}`,
  notRevoked: (fingerprint, why) => `${fingerprint} no se ha revocado: ${why}`,
  revoked: (fingerprint, secondaries) =>
    `${fingerprint} queda revocada, y lo saben ${secondaries}; los que no están lo sabrán cuando vuelvan`,
  unseen: "nadie ha venido nunca a este central con ella: ¿es correcta la huella?",
};
