import type { removalText as english } from "../../english/changes/removal.ts";

export const removalText: typeof english = {
  remove: "Borrar",
  title: (name) => `¿Borrar ${name}?`,
  verb: "Borrar en todas partes",
  what: (size, count, holders) => {
    if (count === 0) return `Sale de la lista. Ningún servidor presente tiene estos ${size}.`;
    return count === 1
      ? `El único servidor que lo tiene saca estos ${size} de su carpeta.`
      : `Los ${holders} servidores que lo tienen sacan estos ${size} de sus carpetas.`;
  },
  later: "También lo harán los servidores que ahora no están, cuando vuelvan.",
  kept: "Lo guardan unos días: se puede restaurar desde la vista de versiones guardadas.",
};
