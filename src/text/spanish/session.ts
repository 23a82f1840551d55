import type { sessionText as english } from "../english/session.ts";
import { plural } from "../plural.ts";

export const sessionText: typeof english = {
  notServing: (address, why) => `el central ${address} aún no da servicio: ${why}`,
  serves: (address, counts) => `el central ${address} ya da servicio: ${counts}`,
  connected: (address) => `conectado con el central ${address}`,
  connectedCounts: (address, counts) => `conectado con el central ${address}: ${counts}`,
  reconnected: (address, duration, counts) =>
    `conectado de nuevo con el central ${address} después de ${duration}: ${counts}`,
  downloadsGoOn: (counts, count) =>
    `${counts}; ${count} ${plural(Number(count), "descarga sigue", "descargas siguen")}`,
  lost: (address, reason) => `se ha perdido el central ${address} (${reason}); se intenta hasta que vuelva`,
  lostDuring: (line, count) =>
    `${line}; ${count} ${plural(Number(count), "descarga sigue", "descargas siguen")} con los secundarios conocidos`,
  waiting: (reason) => `esperando al central: ${reason}`,
  away: (address, duration, reason) =>
    `el central ${address} no está desde hace ${duration} (${reason}); se intenta hasta que vuelva`,
  awayAdvice: (text) =>
    `${text}. Mientras tanto get y put se aceptan y esperan; downloads, pause, resume, cancel y quit funcionan`,
};
