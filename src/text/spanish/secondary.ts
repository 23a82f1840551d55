import type { secondaryText as english } from "../english/secondary.ts";
import { plural } from "../plural.ts";

export const secondaryText: typeof english = {
  help: {
    status: "el central, y lo que se copia",
    downloads: "lo que se descarga de aquí",
    served: "descargas servidas de aquí",
    list: "los de la carpeta compartida",
    kept: "archivos quitados, guardados",
    restore: "devuelve lo guardado (N)",
  },
  parameters: { nameAndNumber: "NOMBRE [N]" },
  nothingNow: "ahora no se descarga nada de aquí",
  nothingYet: "aún no se ha descargado nada de aquí",
  inStep: "al día",
  toBeAgreed: "por acordar",
  diskMissing: (why) => `falta el disco: ${why}`,
  registered: "inscrito en el central",
  noCentral: "no se puede contactar con el central",
  shared: (files) => `comparte ${files}`,
  kept: (count, bytes) =>
    `${count} ${plural(Number(count), "archivo reemplazado o borrado", "archivos reemplazados o borrados")} en reserva (${bytes})`,
  waiting: (files) => `${files} por copiar`,
  cannotCopy: (name, reason) => `no se puede copiar ${name}: ${reason}`,
  makingHashes: (files, bytes) => `calculando resúmenes de ${files} para HTTP, en segundo plano: faltan ${bytes}`,
  copying: "copiando",
  copyingHere: "copiando de lo que hay aquí",
  copyingFile: (name, done, size, rate) => `copiando ${name}: ${done} de ${size}, ${rate}`,
  copyingFromHere: (name, done, size) => `copiando ${name} de lo que hay aquí: ${done} de ${size}`,
  leftOf: (line, duration) => `${line}, faltan ${duration}`,
};
