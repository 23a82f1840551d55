import type { ordersText as english } from "../english/orders.ts";

export const ordersText: typeof english = {
  help: {
    put: "sube un archivo o una carpeta",
    remove: "borra archivo, carpeta o patrón",
    mv: "da otro nombre a algo",
    kept: "archivos quitados, guardados",
    restore: "devuelve lo guardado (N)",
  },
  parameters: { put: "FICHERO [as NOMBRE]", name: "NOMBRE", oldAndNew: "VIEJO NUEVO", nameAndNumber: "NOMBRE [N]" },
  oneRemoved: (name) => `${name} se ha borrado; los secundarios lo guardan un tiempo`,
  removed: (files) => `borrados: ${files}; los secundarios los guardan un tiempo`,
  moved: (from, to) => `${from} se llama ahora ${to}`,
  severalMoved: (files, from, to) => `${files} de ${from} están ahora en ${to}`,
  noSuchName: (name, why) => `ningún archivo puede llamarse ${name}: ${why}; put FICHERO as NOMBRE`,
  twoNames: "hacen falta dos nombres, cada uno entre comillas si tiene espacios",
};
