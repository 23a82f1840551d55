import { plural } from "../../../text/plural.ts";
import type { missingText as english } from "../english/missing.ts";

export const missingText: typeof english = {
  sharing: (sharing, wanted) => `${sharing} de ${wanted} servidores comparten su carpeta.`,
  unregistered: (count, shown) => `${plural(count, "Falta", "Faltan")} ${shown} por registrarse en el central.`,
  withoutDisk: (count, numbers) =>
    plural(
      count,
      `No se encuentra el disco del servidor ${numbers}.`,
      `No se encuentran los discos de los servidores ${numbers}.`,
    ),
  announcing: (count, numbers) =>
    plural(
      count,
      `El servidor ${numbers} aún no ha dicho qué archivos tiene.`,
      `Los servidores ${numbers} aún no han dicho qué archivos tienen.`,
    ),
  copies: (count, shown) =>
    `${plural(count, "Queda", "Quedan")} ${shown} ${plural(count, "copia", "copias")} de archivos por hacer.`,
  comparison: "Todavía se compara lo que tienen los servidores.",
  registration: "Ningún servidor está registrado en el central.",
  central: "No se puede contactar con el central: este cliente lo intenta de nuevo por sí mismo.",
  andOthers: (numbers) => `${numbers} y otros`,
};
