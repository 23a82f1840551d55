import type { keptText as english } from "../english/kept.ts";

export const keptText: typeof english = {
  title: "Versiones guardadas",
  what: "Archivos reemplazados o borrados, mientras los servidores los guardan.",
  search: "Solo de este archivo",
  columns: {
    name: "Archivo",
    version: "Versión",
    size: "Tamaño",
    at: "Salió",
    why: "Motivo",
    secondaries: "Guardado por",
    actions: "Acciones",
  },
  why: { replaced: "Reemplazado", removed: "Borrado", conflict: "Conflicto" },
  noVersion: "–",
  restore: "Restaurar",
  restoreOf: (name) => `Restaurar ${name}`,
  more: "No se muestran las más antiguas.",
  silent: (numbers) => `Estos servidores no han dicho qué guardan: ${numbers}`,
  noneTitle: "No hay nada guardado",
  noneWhat:
    "Cuando un archivo se reemplaza o se borra, los servidores guardan lo que era durante unos días. Se puede restaurar desde aquí.",
  noneOfName: "Ninguna versión guardada se llama así.",
  restoreTitle: (name) => `¿Restaurar ${name}?`,
  restoreWhich: (size, date) => `La versión de ${size} que salió el ${date}.`,
  restoreWhat:
    "Pasa a ser la versión más nueva del archivo y todos los servidores la copian. La que haya ahora se guarda como esta.",
};
